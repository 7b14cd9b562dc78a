using System.Text.Json;
using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>A front end from its JSON form: one object, or an array of them that follow each other.</summary>
internal sealed class ChainReader(string folder)
{
    private readonly List<string> _unknown = [];

    /// <param name="path">Its files are looked for beside it.</param>
    public static FrontEnd Read(string path)
    {
        using var file = InputFile.Open(path);
        try
        {
            using var document = JsonDocument.Parse(file);
            return new ChainReader(Path.GetDirectoryName(Path.GetFullPath(path))!).Read(document.RootElement, path);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new EdgeSeqException(ErrorCodes.FrontEndInvalid, $"{path}: not JSON: {error.Message}", inner: error);
        }
    }

    public FrontEnd Read(JsonElement root, string name)
    {
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("chain", out var inner))
            root = inner;

        JsonElement[] parts = root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : [root];
        if (parts.Length == 0)
            throw FrontEndErrors.Invalid($"{name} holds no stage");

        var stages = parts.Select(part => StageOf(new ChainObject(part, "chain", _unknown))).ToArray();
        var input = Input(parts[0]);
        return _unknown.Count == 0 ? new FrontEnd(name, [.. stages], input.Channels, input.Hz)
            : throw FrontEndErrors.Invalid($"'{_unknown[0]}' is not known", "leave it out, or see 'As JSON' in docs/front-ends.md");
    }

    private FrontEndStage StageOf(ChainObject chain)
    {
        var kind = chain.OptionalText("kind") ?? "feature";
        var stage = kind switch
        {
            "feature" => FeatureChain.Read(chain),
            "stft" or "istft" => Spectral(chain, kind),
            "microfrontend" => MicrofrontendChain.Read(chain),
            "lfilter" =>
                SensorCalls.Filter(Required(chain.Numbers("b"), "b"), Required(chain.Numbers("a"), "a"), Steady(chain)),
            "sosfilt" => new FilterStage([.. Required(chain.Rows("sos"), "sos").Select(Section)], Steady(chain)),
            "butter" => Butter(chain),
            "moving" => Moving(chain, grows: true),
            "moving_hop" => Moving(chain, grows: false),
            "resample_poly" or "upfirdn" => Resample(chain, kind),
            "normalize" => new NormalizeStage(Required(chain.Numbers("mean"), "mean"), Required(chain.Numbers("std"), "std")),
            "scale" => new ScaleStage(chain.OptionalNumber("multiply") ?? 1, chain.OptionalNumber("add") ?? 0),
            "difference" => new DifferenceStage(chain.OptionalWhole("lag") ?? 1),
            "matrix" => new MatrixStage(Required(chain.Rows("rows"), "rows"), chain.Numbers("offset") ?? []),
            "channels" => new ChannelStage([.. (chain.Numbers("pick") ?? []).Select(channel => (int)channel)]),
            "magnitude" => new MagnitudeStage(chain.OptionalWhole("axes") ?? 0),
            "window" => new WindowStage(chain.Whole("length"), chain.Whole("hop"), chain.OptionalWhole("lead") ?? 0),
            _ => throw FrontEndErrors.Invalid($"there is no front end of the kind '{kind}'",
                "feature, stft, istft, microfrontend, lfilter, sosfilt, butter, moving, moving_hop, resample_poly, upfirdn, normalize, "
                + "scale, difference, matrix, channels, magnitude or window"),
        };
        chain.Pass("input", "synthesis", "tables", "sample_rate");
        chain.Finish();
        return Scaled(stage, chain);
    }

    /// <summary>Kinds other than features and spectra take their factor in front.</summary>
    private static FrontEndStage Scaled(FrontEndStage stage, ChainObject chain)
    {
        var factor = chain.Object("input")?.OptionalNumber("multiply_by") ?? 1;
        return factor == 1 || stage is FeatureStage or StftStage or MicrofrontendStage ? stage
            : new SequenceStage([new ScaleStage(factor, 0), stage]);
    }

    private FrontEndStage Spectral(ChainObject chain, string kind)
    {
        var frame = FeatureChain.Frame(chain);
        var window = FeatureChain.Window(chain);
        var size = FeatureChain.FftSize(chain);
        var scale = chain.OptionalNumber("spec_scale") ?? 1;
        if (kind == "stft")
        {
            return new StftStage(frame, window, size, chain.OptionalText("output") ?? "re_im")
            {
                Scale = scale * (chain.Object("input")?.OptionalNumber("multiply_by") ?? 1),
            };
        }

        // Its own scale goes in and out again.
        return new InverseStftStage(frame, window, size)
        {
            Gain = chain.OptionalText("gain") is { } file ? Numbers(file) : chain.Numbers("gain"),
            Trim = chain.OptionalWhole("trim") ?? 0,
        };
    }

    private static FilterStage Butter(ChainObject chain)
    {
        var edges = chain.Numbers("edges") ?? [chain.Number("cutoff")];
        var hz = chain.OptionalNumber("fs") ?? chain.Object("input")?.OptionalNumber("fs")
            ?? throw FrontEndErrors.Invalid("butter needs the sample rate", "\"fs\": HZ");
        return new FilterStage([.. Butterworth.Sections(chain.Whole("order"), edges, chain.OptionalText("btype") ?? "low",
            hz).Select(Section)],
            Steady(chain));
    }

    private static bool Steady(ChainObject chain)
    {
        var initial = chain.OptionalText("initial") ?? "zero";
        var given = chain.Rows("zi") is not null;
        return initial == "zero" ? given
            ? throw FrontEndErrors.Invalid("'zi' is given and 'initial' is zero", "\"initial\": \"steady state of the first sample\"")
            : false
            : initial.StartsWith("steady", StringComparison.Ordinal) ? true
            : throw FrontEndErrors.Invalid($"there is no start '{initial}' of a filter", "zero, or steady state of the first sample");
    }

    private static DifferenceForm Section(double[] row) => row.Length == 6
        ? DifferenceForm.Of(row[..3], row[3..])
        : throw FrontEndErrors.Invalid($"a section of {row.Length} numbers", "six: b0, b1, b2, a0, a1, a2");

    private static MovingStage Moving(ChainObject chain, bool grows)
    {
        var start = chain.OptionalText("start") ?? "growing";
        return new MovingStage(chain.Texts("stat") ?? ["mean", "std"], chain.Whole("window"), chain.OptionalWhole("hop") ?? 1,
            chain.OptionalWhole("ddof") ?? 0, grows && start.StartsWith("growing", StringComparison.Ordinal));
    }

    private ResampleStage Resample(ChainObject chain, string kind)
    {
        int up = chain.Whole("up"), down = chain.Whole("down");
        var taps = chain.OptionalText("taps") is { } file ? Numbers(file) : chain.Numbers("taps") ?? ResampleFilter.Taps(up, down);
        chain.Pass("num_taps", "num_out", "half_len");
        var half = chain.OptionalWhole("half_len") ?? (taps.Length - 1) / 2;
        return new ResampleStage(up, down, taps, kind == "resample_poly" ? half : 0);
    }

    private (int Channels, double? Hz) Input(JsonElement part)
    {
        if (part.ValueKind != JsonValueKind.Object || !part.TryGetProperty("input", out var value)
            || value.ValueKind != JsonValueKind.Object)
        {
            return (0, part.ValueKind == JsonValueKind.Object && part.TryGetProperty("sample_rate", out var rate) ? rate.GetDouble()
                : null);
        }

        var input = new ChainObject(value, "chain.input", _unknown);
        var hz = input.OptionalNumber("fs") ?? input.OptionalNumber("sample_rate");
        return (input.OptionalWhole("channels") ?? ChannelsOf(input.OptionalText("file")), hz);
    }

    /// <summary>Of the recording that the file names, where it lies beside it.</summary>
    private int ChannelsOf(string? file)
    {
        if (file is null || !File.Exists(Path.Combine(folder, file)) || !file.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
            return 0;

        using var reader = NpyReader.Open(Path.Combine(folder, file));
        return reader.Header.Shape is [_, var channels] ? checked((int)channels) : 0;
    }

    private double[] Numbers(string file)
    {
        using var reader = NpyReader.Open(Path.Combine(folder, file));
        var values = new float[reader.Header.Shape.Aggregate(1L, (product, dim) => checked(product * dim))];
        return reader.Read(values) == values.Length ? [.. values.Select(value => (double)value)]
            : throw FrontEndErrors.Invalid($"'{file}' ends early");
    }

    private static T Required<T>(T? value, string name)
        where T : class => value ?? throw FrontEndErrors.Invalid($"'chain' lacks '{name}'");
}
