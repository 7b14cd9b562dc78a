using System.Runtime.InteropServices;
using EdgeSeq.Device.Simulation.Motion;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Tool.Bench;

/// <summary>Inputs to measure with: those of the program's self-test again and again, or seeded noise (ids 0) for a program without
/// one.</summary>
internal sealed class BenchInputs(Model model)
{
    private const ulong Seed = 1;
    private readonly SeededRandom _random = new(Seed);
    private readonly int _recorded = model.Program.SelfTest is { } test ? (test.Steps - 1) / model.InputRate + 1 : 0;
    private readonly string[] _tensors = [.. model.Inputs.Select(input => $"selftest.in.{input.Name}")];
    private long _step;

    public void Fill(Session session)
    {
        for (var input = 0; input < model.Inputs.Count; input++)
        {
            if (model.Inputs[input].Type == ElementType.F32)
                FillFloats(session.Input(input), input);
            else
                FillIds(session.InputI64(input), input);
        }

        _step += model.Chunk;
    }

    private void FillFloats(Span<float> values, int input)
    {
        if (_recorded > 0)
        {
            FillRecorded(MemoryMarshal.Cast<byte, float>(Recorded(input)), values);
            return;
        }

        foreach (ref var value in values)
            value = (float)_random.Normal();
    }

    private void FillIds(Span<long> values, int input)
    {
        if (_recorded > 0)
            FillRecorded(MemoryMarshal.Cast<byte, long>(Recorded(input)), values);
        else
            values.Clear();
    }

    /// <summary>The self-test is of single elements, of which a step may take several.</summary>
    private void FillRecorded<T>(ReadOnlySpan<T> recorded, Span<T> values)
    {
        var length = values.Length / model.Chunk;
        for (var part = 0; part < model.Chunk; part++)
        {
            var step = (int)((_step + part) % _recorded);
            recorded.Slice(step * length, length).CopyTo(values[(part * length)..]);
        }
    }

    private ReadOnlySpan<byte> Recorded(int input) => model.Tensor(_tensors[input]);
}
