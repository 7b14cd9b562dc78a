using System.Text;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>Outputs of an imagined step; null for an output that the step did not produce.</summary>
internal sealed class FakeOutputs(params float[]?[] values) : IStepOutputs
{
    public long Recording { get; init; }

    public long StepIndex { get; set; }

    public string Text { get; init; } = "";

    public ReadOnlyMemory<byte> Word => Encoding.UTF8.GetBytes(Text);

    public SampleMark Mark => default;

    public bool IsReady(int output) => values[output] is not null;

    public ReadOnlySpan<float> Floats(int output) => values[output];

    public ReadOnlySpan<long> Ids(int output) => values[output]!.Select(value => (long)value).ToArray();

    public static OutputInfo Info(string name, int length, params string[] labels) =>
        new(name, [length], ElementType.F32, length, labels.Length > 0 ? labels : null, 1, 0, "stream");
}
