using EdgeSeq.Device.Files;
using EdgeSeq.Models.References;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Models.Trials;

/// <summary>Recordings as the converter reads them, deleted at the end.</summary>
internal sealed class CalibrationFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("models-").FullName;

    public string PathOf(string name) => Path.Combine(_path, name);

    /// <param name="inputs">The program's inputs, whose shapes and types the files have.</param>
    /// <returns>Null where there is nothing to calibrate with.</returns>
    public RecordingSet? Store(IEnumerable<Pass> passes, IReadOnlyList<InputInfo> inputs)
    {
        var all = passes.ToList();
        if (all.Count == 0)
            return null;

        foreach (var input in inputs)
        {
            using var writer = new NpyWriter(PathOf(NpyNames.FileName(input.Name)), input.Type == ElementType.F32);
            all.ForEach(pass => Write(writer, input, pass.Inputs.GetValueOrDefault("") ?? pass.Inputs[input.Name]));
            writer.Complete([all.Count, all[0].Steps, .. input.Shape]);
        }

        return new RecordingSet(inputs.Count == 1 ? PathOf(NpyNames.FileName(inputs[0].Name)) : _path);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);

    private static void Write(NpyWriter writer, InputInfo input, float[] values)
    {
        if (input.Type == ElementType.F32)
            writer.Write(values);
        else
            writer.Write(Array.ConvertAll(values, value => (long)value));
    }
}
