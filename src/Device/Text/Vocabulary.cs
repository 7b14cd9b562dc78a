using System.Numerics;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Text;

/// <summary>Ids of words. Looks words up as UTF-8 bytes, without making strings.</summary>
public sealed class Vocabulary
{
    private const uint FnvOffset = 2166136261;
    private const uint FnvPrime = 16777619;

    private readonly byte[] _words;

    /// <summary>Where each word starts in the text; one more entry stands for the end.</summary>
    private readonly int[] _starts;

    /// <summary>Open addressing: id + 1 of the word in each slot, 0 for an empty slot. A power of two, at most half full.</summary>
    private readonly int[] _slots;

    /// <param name="words">Words in UTF-8 joined by line feeds; a word's index is its id.</param>
    /// <exception cref="EdgeSeqException">ES0116 where a word appears twice.</exception>
    public Vocabulary(ReadOnlySpan<byte> words)
    {
        _words = words.ToArray();
        _starts = StartsOf(_words);
        _slots = new int[BitOperations.RoundUpToPowerOf2((uint)(2 * _starts.Length))];
        for (var id = 0; id < Count; id++)
        {
            ref var slot = ref Slot(Word(id));
            if (slot != 0)
                throw new EdgeSeqException(ErrorCodes.TextInvalid, $"the vocabulary has the word of id {slot - 1} again as id {id}");
            slot = id + 1;
        }
    }

    public int Count => _starts.Length - 1;

    /// <summary>The word's id, -1 for a word that is not there.</summary>
    public int Find(ReadOnlySpan<byte> word) => Slot(word) - 1;

    private static int[] StartsOf(ReadOnlySpan<byte> words)
    {
        var starts = new int[words.Count((byte)'\n') + 2];
        for (var i = 1; i < starts.Length - 1; i++)
            starts[i] = starts[i - 1] + words[starts[i - 1]..].IndexOf((byte)'\n') + 1;
        starts[^1] = words.Length + 1;
        return starts;
    }

    private ReadOnlySpan<byte> Word(int id) => _words.AsSpan(_starts[id], _starts[id + 1] - _starts[id] - 1);

    private ref int Slot(ReadOnlySpan<byte> word)
    {
        var hash = FnvOffset;
        foreach (var b in word)
            hash = (hash ^ b) * FnvPrime;
        var mask = (uint)_slots.Length - 1;
        var i = hash & mask;
        while (_slots[i] != 0 && !Word(_slots[i] - 1).SequenceEqual(word))
            i = (i + 1) & mask;
        return ref _slots[i];
    }
}
