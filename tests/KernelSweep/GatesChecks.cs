using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.KernelSweep;

/// <summary>A recurrent step in two parts, products and gates, has the bits of the fused step.</summary>
internal sealed class GatesChecks(KernelSet set)
{
    private const int Input = 7;

    private static readonly (int Gates, Action<RecurrentLayer, KernelSet> Fused, Action<RecurrentLayer, KernelSet> Parts)[] Steps =
    [
        (4, (layer, set) => layer.LstmS8(set, 0f), (layer, set) => layer.PartsS8(set)),
        (4, (layer, set) => layer.LstmF32(set), (layer, set) => layer.PartsF32(set)),
        (3, (layer, set) => layer.GruS8(set, linearBeforeReset: true), (layer, set) => layer.PartsS8(set)),
        (3, (layer, set) => layer.GruF32(set, linearBeforeReset: true), (layer, set) => layer.PartsF32(set)),
        (1, (layer, set) => layer.RnnS8(set), (layer, set) => layer.PartsS8(set)),
        (1, (layer, set) => layer.RnnF32(set), (layer, set) => layer.PartsF32(set)),
    ];

    public IReadOnlyList<Check> All => [Check.Of(set.Name, Products_and_gates_have_the_bits_of_the_fused_step)];

    private void Products_and_gates_have_the_bits_of_the_fused_step()
    {
        foreach (var hidden in (int[])[1, 15, 16, 17, 63, 64, 65, 130])
        {
            foreach (var (gates, fused, parts) in Steps)
                Compare(hidden, gates, fused, parts);
        }
    }

    private void Compare(int hidden, int gates, Action<RecurrentLayer, KernelSet> fused, Action<RecurrentLayer, KernelSet> parts)
    {
        using var expected = new RecurrentLayer(new KernelData(hidden), Input, hidden, gates, hidden % 2 == 0, extreme: hidden == 65);
        using var actual = new RecurrentLayer(new KernelData(hidden), Input, hidden, gates, hidden % 2 == 0, extreme: hidden == 65);
        for (var t = 0; t < 3; t++)
        {
            fused(expected, set);
            parts(actual, set);
            Bits.AssertEqual(expected.H, actual.H, $"{gates} gates, {hidden} units, hidden state");
            Bits.AssertEqual(expected.C, actual.C, $"{gates} gates, {hidden} units, cell state");
        }
    }
}
