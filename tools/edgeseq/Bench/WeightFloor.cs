using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Tool.Bench;

/// <summary>The least that a step could cost: reading the program's weight bytes once.</summary>
internal sealed unsafe class WeightFloor
{
    /// <summary>Gaps up to this are alignment: tensors that lie next to each other in the file are read in one go.</summary>
    private const int Alignment = 64;

    /// <summary>Where the weights lie. A model's bytes do not move while it lives; looking them up by name would be measured too.</summary>
    private readonly List<(nint Address, int Length)> _weights = [];

    public WeightFloor(Model model)
    {
        var tensors = model.Program.Values.Where(value => value.Place == ValuePlace.Constant).Select(value => value.Tensor!).Distinct();
        foreach (var tensor in tensors.OrderBy(tensor => (long)Locate(model.Tensor(tensor)).Address))
        {
            var (address, length) = Locate(model.Tensor(tensor));
            if (_weights.Count > 0 && address - (_weights[^1].Address + _weights[^1].Length) < Alignment)
                _weights[^1] = (_weights[^1].Address, (int)(address - _weights[^1].Address) + length);
            else
                _weights.Add((address, length));
        }
    }

    /// <summary>Reads every byte; the result only keeps the reads from being left out.</summary>
    public long Read(bool fetchAhead)
    {
        var sum = 0L;
        foreach (var (address, length) in _weights)
            sum ^= WideReads.Read((byte*)address, length, fetchAhead);
        return sum;
    }

    private static (nint Address, int Length) Locate(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* pointer = bytes)
            return ((nint)pointer, bytes.Length);
    }
}
