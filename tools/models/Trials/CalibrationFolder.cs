using EdgeSeq.Device.Files;
using EdgeSeq.Models.References;
using EdgeSeq.Quantize.Replay;

namespace EdgeSeq.Models.Trials;

/// <summary>Recordings as the converter reads them, deleted at the end.</summary>
internal sealed class CalibrationFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("models-").FullName;

    public string PathOf(string name) => Path.Combine(_path, name);

    /// <returns>Null where there is nothing to calibrate with.</returns>
    public RecordingSet? Store(IEnumerable<Pass> passes)
    {
        var all = passes.ToList();
        if (all.Count == 0)
            return null;

        foreach (var input in all[0].Inputs.Keys)
        {
            using var writer = new NpyWriter(PathOf(NpyNames.FileName(input.Length == 0 ? "only" : input)), isFloat: true);
            all.ForEach(pass => writer.Write(pass.Inputs[input]));
            writer.Complete([all.Count, all[0].Steps, all[0].Inputs[input].Length / all[0].Steps]);
        }

        return new RecordingSet(all[0].Inputs.ContainsKey("") ? PathOf("only.npy") : _path);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
