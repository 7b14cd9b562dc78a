using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Replay;

/// <summary>
/// A program whose inner values can be read after each step: the same ops on the same weights, with memory of its own for every arena
/// value and the values of interest as further outputs.
/// </summary>
internal sealed class ProbedProgram : IDisposable
{
    private readonly Dictionary<int, int> _outputOfValue = [];

    private ProbedProgram(ProgramSpec spec, Model model)
    {
        Spec = spec;
        Model = model;
        for (var i = 0; i < model.Program.Outputs.Length; i++)
            _outputOfValue.TryAdd(model.Program.Outputs[i].Value, i);
    }

    /// <summary>The program as it was given.</summary>
    public ProgramSpec Spec { get; }

    public Model Model { get; }

    /// <param name="program">Bytes of a program file.</param>
    /// <param name="name">For messages.</param>
    public static ProgramSpec SpecOf(ReadOnlyMemory<byte> program, string name)
    {
        using var image = ProgramImage.Copy(program.Span);
        return ProgramFile.Read(image, name).Program;
    }

    /// <param name="program">Bytes of a program file.</param>
    /// <param name="name">For messages.</param>
    /// <param name="values">Indices of F32 values that are no constants.</param>
    public static ProbedProgram Of(ReadOnlyMemory<byte> program, string name, IReadOnlyCollection<int> values)
    {
        using var image = ProgramImage.Copy(program.Span);
        var file = ProgramFile.Read(image, name);
        var spec = file.Program;
        var known = spec.Outputs.Select(output => output.Value).ToHashSet();
        var probed = Unshared(spec) with
        {
            Outputs = [.. spec.Outputs, .. values.Distinct().Where(value => !known.Contains(value)).Select(value => Output(spec, value))],
            SelfTest = null,
            Chunk = null,
        };
        return new ProbedProgram(spec, SafetensorsWriter.Load(probed, Tensors(file)));
    }

    /// <summary>Whether the session's last step wrote the value.</summary>
    public bool IsFresh(Session session, int value) => session.IsReady(_outputOfValue[value]);

    public ReadOnlySpan<float> Read(Session session, int value) => session.Output(_outputOfValue[value]);

    public void Dispose() => Model.Dispose();

    private static OutputSpec Output(ProgramSpec spec, int value) => new()
    {
        Name = $"probe of value {value}",
        Value = value,
        Clock = spec.Ops.LastOrDefault(op => op.Out.Contains(value))?.Clock ?? 0,
        Shape = spec.Values[value].Shape,
        Type = spec.Values[value].Type,
        Kind = "latest",
    };

    /// <summary>Arena values one after another, so that none is overwritten within the step.</summary>
    private static ProgramSpec Unshared(ProgramSpec spec)
    {
        var values = new ValueSpec[spec.Values.Length];
        long arena = 0;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = spec.Values[i];
            if (values[i].Place == ValuePlace.Arena)
            {
                values[i] = values[i] with { Offset = arena };
                var bytes = values[i].Shape.Aggregate((long)values[i].Type.Size(), (product, dim) => product * dim);
                arena += (bytes + ProgramSpec.Alignment - 1) / ProgramSpec.Alignment * ProgramSpec.Alignment;
            }
        }

        return spec with { Values = values, ArenaBytes = arena };
    }

    private static List<FileTensor> Tensors(ProgramFile file)
    {
        var names = file.Program.Values.SelectMany(value => new[] { value.Tensor, value.Initial }).Append(file.Program.Text?.VocabTensor);
        return [.. names.OfType<string>().Distinct().Select(tensor =>
        {
            var entry = file.Find(tensor)!;
            return new FileTensor(tensor, entry.Dtype, entry.Shape, file.Bytes(entry).ToArray());
        })];
    }
}
