using System.Text.Json;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops;

/// <summary>
/// Values that may hold infinities although nothing went wrong: a program's own constants and initial states have them (a mask, the
/// logarithm of nothing), and ops that move, select, compare or add elements hand them on. In any other state an infinity is an overflow.
/// </summary>
internal static class InfiniteValues
{
    /// <returns>For each value, whether it may.</returns>
    public static bool[] Find(ProgramSpec program, LoadedValue[] values, IReadOnlyList<InitialContent> initials)
    {
        var found = new bool[values.Length];
        for (var i = 0; i < values.Length; i++)
            found[i] = values[i].Type == ElementType.F32 && StartsInfinite(values[i], initials);
        for (var goesOn = Array.IndexOf(found, true) >= 0; goesOn;)
        {
            goesOn = false;
            foreach (var op in program.Ops)
            {
                if (HandsOn(op) && Reads(op, found))
                    goesOn |= MarkWritten(op, values, found);
            }
        }

        return found;
    }

    private static bool Reads(OpSpec op, bool[] found)
    {
        foreach (var id in op.In)
        {
            if ((uint)id < (uint)found.Length && found[id])
                return true;
        }

        return false;
    }

    /// <summary>The op's results, and the states among its operands.</summary>
    /// <returns>Whether there is one that was not known.</returns>
    private static bool MarkWritten(OpSpec op, LoadedValue[] values, bool[] found)
    {
        var isNew = false;
        foreach (var id in op.Out)
            isNew |= (uint)id < (uint)values.Length && Mark(id, values, found);
        foreach (var id in op.In)
            isNew |= (uint)id < (uint)values.Length && values[id].Place == ValuePlace.State && Mark(id, values, found);
        return isNew;
    }

    /// <summary>A state under another name is the same state.</summary>
    private static bool Mark(int id, LoadedValue[] values, bool[] found)
    {
        if (found[id])
            return false;
        found[id] = true;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[id].Place == ValuePlace.State && values[i].Place == ValuePlace.State && values[i].Address == values[id].Address)
                found[i] = true;
        }

        return true;
    }

    private static bool HandsOn(OpSpec op) => op.Op switch
    {
        "Where" or "Table" => true,
        "Binary" => Function(op) is "Add" or "Sub" or "Max" or "Min",
        "Unary" => Function(op) is "Neg" or "Abs",
        _ => OpDefinitions.Find(op.Op) is { } definition && (definition.Traits & OpTraits.MovesElements) != 0,
    };

    private static string? Function(OpSpec op) =>
        op.Attributes.TryGetValue("fn", out var function) && function.ValueKind == JsonValueKind.String ? function.GetString() : null;

    private static bool StartsInfinite(LoadedValue value, IReadOnlyList<InitialContent> initials)
    {
        if (value.Place == ValuePlace.Constant)
            return HasInfinity(value.Address, value.Length);
        foreach (var initial in initials)
        {
            if (value.Place == ValuePlace.State && initial.StateOffset == value.Address)
                return HasInfinity(initial.Address, value.Length);
        }

        return false;
    }

    private static unsafe bool HasInfinity(nint address, int length)
    {
        var elements = (float*)address;
        for (var i = 0; i < length; i++)
        {
            if (float.IsInfinity(elements[i]))
                return true;
        }

        return false;
    }
}
