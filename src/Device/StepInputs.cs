using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device;

/// <summary>The inputs of one step: a source fills them, the run loop hands them to the session.</summary>
public sealed class StepInputs
{
    private readonly float[][] _floats;
    private readonly long[][] _ids;

    public StepInputs(IReadOnlyList<InputInfo> infos)
    {
        Infos = infos;
        _floats = [.. infos.Select(info => info.Type == ElementType.F32 ? new float[info.Length] : [])];
        _ids = [.. infos.Select(info => info.Type == ElementType.F32 ? [] : new long[info.Length])];
    }

    public IReadOnlyList<InputInfo> Infos { get; }

    /// <summary>What the step's input reads as, in UTF-8, where the source is text; otherwise empty. Valid until the next step.</summary>
    public ReadOnlyMemory<byte> Word { get; set; }

    /// <summary>How the step's sample came. Sources of samples that may fail or be lost set it; it is Ok for all others.</summary>
    public SampleMark Mark { get; set; }

    /// <summary>Elements of a float input, row-major; empty for an id input.</summary>
    public Span<float> Floats(int input) => _floats[input];

    /// <summary>Elements of an id input, row-major; empty for a float input.</summary>
    public Span<long> Ids(int input) => _ids[input];

    /// <summary>The first NaN or infinity, or null when every value is finite.</summary>
    public (int Input, int Element)? FirstNonFinite()
    {
        for (var input = 0; input < _floats.Length; input++)
        {
            var element = Array.FindIndex(_floats[input], value => !float.IsFinite(value));
            if (element >= 0)
                return (input, element);
        }

        return null;
    }

    /// <summary>Hands each input's elements to a copier, for a snapshot.</summary>
    internal void VisitState(SpanAction visit)
    {
        foreach (var floats in _floats)
            visit(MemoryMarshal.AsBytes(floats.AsSpan()));
        foreach (var ids in _ids)
            visit(MemoryMarshal.AsBytes(ids.AsSpan()));
    }
}
