using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeSeq.Models.Folders;

namespace EdgeSeq.Models.References;

/// <summary>The recordings of a model's task, each [steps × values], as its JSON says that they are prepared.</summary>
internal sealed class Recordings
{
    private readonly Dictionary<int, float[]> _rows = [];
    private readonly NpyArray _data;
    private readonly Func<float[], float[]> _prepare;

    private Recordings(NpyArray data, float[]? labels, Func<float[], float[]> prepare)
    {
        _data = data;
        Labels = labels;
        _prepare = prepare;
    }

    /// <summary>The class of each recording; null where there is none.</summary>
    public float[]? Labels { get; }

    public int Count => _data.Rows;

    public float[] this[int row] => _rows.TryGetValue(row, out var known) ? known : _rows[row] = _prepare(_data.Row(row));

    /// <summary>The recordings that the references are of; null where the task has none.</summary>
    public static Recordings? Test(ModelFile model) => Of(model, "test");

    /// <summary>Others, to calibrate with.</summary>
    public static Recordings? Train(ModelFile model) => Of(model, "train");

    private static Recordings? Of(ModelFile model, string part)
    {
        var about = model.About;
        if (model.Beside("test_in") is { } own)
            return new Recordings(own, null, row => row);
        if (about.Task?.StartsWith("text", StringComparison.Ordinal) == true)
            return Text(model, part);
        return about.StepsWindows is not null && File.Exists(Path.Combine(model.DataFolder, $"har_{part}_x.npy"))
            ? Activity(model, part) : null;
    }

    private static Recordings Activity(ModelFile model, string part)
    {
        var meta = JsonDocument.Parse(File.ReadAllText(Path.Combine(model.DataFolder, "har_meta.json"))).RootElement;
        float[] mean = Floats(meta, "mean"), std = Floats(meta, "std");
        var raw = model.About.Preprocessing.Contains("raw", StringComparison.Ordinal);
        var labels = NpyArray.Read(Path.Combine(model.DataFolder, $"har_{part}_y.npy")).Values.Select(label => label - 1).ToArray();
        return new Recordings(NpyArray.Read(Path.Combine(model.DataFolder, $"har_{part}_x.npy")), labels, window =>
        {
            var steps = Chosen(window, mean.Length, model.About);
            var prepared = raw ? steps : steps.Select((x, i) => (x - mean[i % mean.Length]) / std[i % mean.Length]).ToArray();
            return model.About.InputGrid?.Codes(prepared) ?? prepared;
        });
    }

    /// <summary>The last steps that a model of fixed length takes, or those that its notes choose.</summary>
    private static float[] Chosen(float[] window, int channels, Sidecar about)
    {
        var every = Regex.Match(about.Notes, @"x\[:, (\d+)::(\d+)\]");
        if (every.Success)
        {
            int first = Number(every, 1), stride = Number(every, 2);
            return [.. window.Chunk(channels).Where((_, t) => t >= first && (t - first) % stride == 0).SelectMany(step => step)];
        }

        var last = about.FixedTime is > 1 and int length ? length * channels : window.Length;
        return last < window.Length ? window[^last..] : window;
    }

    private static Recordings Text(ModelFile model, string part)
    {
        var vocabulary = Regex.Match(model.About.Preprocessing, @"ids >= (\d+) replaced by (\d+)");
        return new Recordings(NpyArray.Read(Path.Combine(model.DataFolder, $"text_{part}_ids.npy")),
            NpyArray.Read(Path.Combine(model.DataFolder, $"text_{part}_y.npy")).Values,
            ids => vocabulary.Success ? [.. ids.Select(id => id >= Number(vocabulary, 1) ? Number(vocabulary, 2) : id)] : ids);
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static float[] Floats(JsonElement meta, string name) => [.. meta.GetProperty(name).EnumerateArray().Select(x => x.GetSingle())];
}
