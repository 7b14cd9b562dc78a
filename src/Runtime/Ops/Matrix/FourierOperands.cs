using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Matrix;

/// <summary>What transforms of both directions share: the plan with its tables, the window, and two buffers.</summary>
internal sealed class FourierOperands
{
    private readonly Source<float> _tables;
    private readonly Scratch<float> _first;
    private readonly Scratch<float> _second;
    private Source<float> _window;

    public FourierOperands(OpReader reader)
    {
        Vectors = reader.Int("vectors");
        var samples = reader.Int("samples");
        if (!FourierPlan.TryCreate(samples, out var plan))
            throw reader.Error("samples is not an even product of 2, 3 and 5, or more than 65,536");

        Plan = plan;
        _tables = reader.In<float>("tables", plan.TableLength);
        _first = reader.Scratch<float>(plan.BufferLength);
        _second = reader.Scratch<float>(plan.BufferLength);
    }

    public FourierPlan Plan { get; }

    public int Vectors { get; }

    /// <summary>The points backwards: the mirror of point 0 is the one behind the last.</summary>
    public static void Mirror(ReadOnlySpan<float> points, Span<float> mirror, int last)
    {
        var apart = points.Length / 2;
        points[..(last + 1)].CopyTo(mirror);
        mirror[..(last + 1)].Reverse();
        points.Slice(apart, last + 1).CopyTo(mirror[apart..]);
        mirror.Slice(apart, last + 1).Reverse();
    }

    public void ReadWindow(OpReader reader, int length) => _window = reader.OptionalIn<float>("window", length);

    /// <summary>Empty: none.</summary>
    public ReadOnlySpan<float> Window(in Frame frame) => _window.Exists ? _window.Span(frame) : default;

    public Span<float> First(in Frame frame) => _first.Span(frame);

    public Span<float> Second(in Frame frame) => _second.Span(frame);

    /// <summary>Transforms the points; the buffers may change places.</summary>
    public void Run(in Frame frame, ref Span<float> points, ref Span<float> other)
    {
        foreach (var pass in Plan.Passes)
        {
            KernelSets.Active.FourierPass(pass, _tables.Span(frame), points, other);
            if (pass.IsInPlace)
            {
                var result = other;
                other = points;
                points = result;
                continue;
            }

            KernelSet.FourierPlace(pass, other, points);
        }
    }

    /// <param name="re">From half a buffer's begin.</param>
    /// <param name="im">As re.</param>
    public void Split(in Frame frame, float half, ReadOnlySpan<float> points, ReadOnlySpan<float> mirror, Span<float> re, Span<float> im)
    {
        var tables = _tables.Span(frame)[Plan.SplitTable..];
        KernelSets.Active.FourierSplit(tables, half, points, mirror, re[..(tables.Length / 2)], im[..(tables.Length / 2)]);
    }
}
