namespace EdgeSeq.Runtime.Kernels.Vector;

internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    protected override void FourierPassCore(FourierPass pass, ReadOnlySpan<float> table, ReadOnlySpan<float> from, Span<float> to)
    {
        fixed (float* numbers = table, source = from, target = to)
        {
            var turns = pass.Turns ? numbers + pass.Roots : null;
            if (pass.Radix == 4)
                FourierLanes<TLanes>.RadixFour(pass, turns, source, from.Length / 2, target);
            else
                FourierLanes<TLanes>.AnyRadix(pass, numbers, turns, source, from.Length / 2, target);
        }
    }

    protected override void FourierSplitCore(ReadOnlySpan<float> tables, float half, ReadOnlySpan<float> points,
        ReadOnlySpan<float> mirror, Span<float> re, Span<float> im)
    {
        fixed (float* numbers = tables, source = points, backwards = mirror, reals = re, imaginaries = im)
        {
            FourierLanes<TLanes>.Split(numbers, half, source, backwards, points.Length / 2, reals, imaginaries, re.Length);
        }
    }
}
