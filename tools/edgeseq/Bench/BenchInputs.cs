using System.Runtime.InteropServices;
using EdgeSeq.Device.Simulation;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Tool.Bench;

/// <summary>Inputs to measure with: those of the program's self-test again and again, or seeded noise (ids 0) for a program without one.</summary>
internal sealed class BenchInputs(Model model)
{
    private const ulong Seed = 1;

    private readonly SeededRandom _random = new(Seed);
    private readonly int _recordedSteps = model.Program.SelfTest?.Steps ?? 0;
    private long _step;

    public void Fill(Session session)
    {
        for (var input = 0; input < model.Inputs.Count; input++)
        {
            if (model.Inputs[input].Type == ElementType.F32)
                FillFloats(session.Input(input), model.Inputs[input].Name);
            else
                FillIds(session.InputI64(input), model.Inputs[input].Name);
        }

        _step++;
    }

    private void FillFloats(Span<float> values, string name)
    {
        if (_recordedSteps > 0)
        {
            MemoryMarshal.Cast<byte, float>(Recorded(name)).Slice(RecordedStep * values.Length, values.Length).CopyTo(values);
            return;
        }

        foreach (ref var value in values)
            value = (float)_random.Normal();
    }

    private void FillIds(Span<long> values, string name)
    {
        if (_recordedSteps > 0)
            MemoryMarshal.Cast<byte, long>(Recorded(name)).Slice(RecordedStep * values.Length, values.Length).CopyTo(values);
        else
            values.Clear();
    }

    private int RecordedStep => (int)(_step % _recordedSteps);

    private ReadOnlySpan<byte> Recorded(string name) => model.Tensor($"selftest.in.{name}");
}
