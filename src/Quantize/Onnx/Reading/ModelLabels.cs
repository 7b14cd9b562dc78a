using System.Globalization;
using EdgeSeq.Quantize.Onnx.Proto;

namespace EdgeSeq.Quantize.Onnx.Reading;

/// <summary>What a file's free-form metadata says of the data: names of the classes, and how often a sample comes.</summary>
internal static class ModelLabels
{
    /// <summary>Keys under which exporters store the names, the surest first; compared without case and punctuation.</summary>
    private static readonly string[] NameKeys =
        ["classes", "names", "labels", "classnames", "labelnames", "classlabels", "id2label", "label2id", "categories"];

    private static readonly string[] RateKeys =
        ["samplerate", "samplingrate", "sampleratehz", "samplingratehz", "samplingfrequency", "samplingfrequencyhz", "ratehz"];

    /// <summary>The names in the order of the classes, or null.</summary>
    public static string[]? Names(ModelProto model) =>
        Values(model, NameKeys).Select(LabelText.Parse).FirstOrDefault(names => names is { Length: > 0 });

    /// <summary>Samples a second, or null.</summary>
    public static double? RateHz(ModelProto model) => Values(model, RateKeys).Select(Rate).FirstOrDefault(rate => rate is not null);

    private static double? Rate(string text)
    {
        var number = text.EndsWith("hz", StringComparison.OrdinalIgnoreCase) ? text[..^2] : text;
        return double.TryParse(number.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && double.IsFinite(rate)
            && rate > 0
            ? rate
            : null;
    }

    private static IEnumerable<string> Values(ModelProto model, string[] keys) =>
        from key in keys from entry in model.MetadataProps where Plain(entry.Key) == key select entry.Value.Trim();

    private static string Plain(string key) => string.Concat(key.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
