using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Reference;

namespace EdgeSeq.KernelSweep;

/// <summary>The parts of a kernel set's Fourier transforms against the reference, for every length up to 300 that there is, and some
/// long ones.</summary>
internal sealed class FourierChecks(KernelSet set)
{
    private static readonly ReferenceKernels Reference = new();

    public IReadOnlyList<Check> All => [Check.Of(set.Name, Fourier_passes), Check.Of(set.Name, Fourier_splits)];

    private static IEnumerable<FourierPlan> Plans => Enumerable.Range(1, 300).Concat([400, 480, 512, 1024, 1200, 2048])
        .Select(samples => FourierPlan.TryCreate(samples, out var plan) ? plan : null).OfType<FourierPlan>();

    private void Fourier_passes()
    {
        foreach (var plan in Plans)
        {
            foreach (var pass in plan.Passes)
                ComparePass(plan, pass);
        }
    }

    private void Fourier_splits()
    {
        foreach (var plan in Plans)
        {
            using var memory = new GuardedMemory();
            var data = new KernelData(plan.Samples);
            var tables = memory.Copy<float>(plan.Tables(inverse: false).AsSpan(plan.SplitTable));
            var points = memory.Copy<float>(data.Floats(plan.BufferLength));
            var mirror = memory.Copy<float>(data.FloatsWithExtremes(plan.BufferLength));
            var half = tables.Length / 2;
            float[] re = new float[half], im = new float[half];
            Span<float> actualRe = memory.Take<float>(half), actualIm = memory.Take<float>(half);
            Reference.FourierSplit(tables, 0.5f, points, mirror, re, im);
            set.FourierSplit(tables, 0.5f, points, mirror, actualRe, actualIm);
            Bits.AssertEqual(re, actualRe, $"real parts of {plan.Samples}");
            Bits.AssertEqual(im, actualIm, $"imaginary parts of {plan.Samples}");
        }
    }

    private void ComparePass(FourierPlan plan, FourierPass pass)
    {
        using var memory = new GuardedMemory();
        var data = new KernelData(plan.Samples + pass.Stride);
        var tables = memory.Copy<float>(plan.Tables(inverse: false).AsSpan(0, pass.Table + pass.TableLength));
        foreach (var values in (float[][])[data.Floats(plan.BufferLength), data.FloatsWithExtremes(plan.BufferLength)])
        {
            var from = memory.Copy<float>(values);
            var expected = new float[plan.BufferLength];
            var actual = memory.Take<float>(plan.BufferLength);
            Reference.FourierPass(pass, tables, from, expected);
            set.FourierPass(pass, tables, from, actual);
            for (var half = 0; half < 2; half++)
            {
                for (var k = 0; k < pass.Radix * pass.Runs; k++)
                {
                    var (at, length) = (half * plan.BufferLength / 2 + k * pass.Run, pass.IsInPlace ? pass.Run : pass.Points);
                    Bits.AssertEqual(expected.AsSpan(at, length), actual.Slice(at, length),
                        $"{plan.Samples} samples, radix {pass.Radix}, stride {pass.Stride}, run {k} of half {half}");
                }
            }
        }
    }
}
