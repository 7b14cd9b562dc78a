using System.Diagnostics.CodeAnalysis;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Native;

/// <summary>What callers give, as spans.</summary>
internal static unsafe class Arguments
{
    /// <exception cref="EdgeSeqException">ES0507 for null.</exception>
    public static void Require(void* pointer, string argument)
    {
        if (pointer is null)
            ThrowNull(argument);
    }

    /// <exception cref="EdgeSeqException">ES0507 for null with a length, and for a length that is none.</exception>
    public static Span<T> Span<T>(T* pointer, long length, string argument)
        where T : unmanaged
    {
        if (length is < 0 or > int.MaxValue)
            ThrowLength(argument, length);
        if (length > 0)
            Require(pointer, argument);
        return new Span<T>(pointer, (int)length);
    }

    /// <exception cref="EdgeSeqException">ES0507 where there is no such port.</exception>
    public static T At<T>(T[] ports, int index, string kind) => (uint)index < (uint)ports.Length ? ports[index]
        : throw Invalid($"there is no {kind} {index}; the model has {ports.Length}, counted from 0");

    /// <exception cref="EdgeSeqException">ES0507 where the caller's length is not the port's.</exception>
    public static void RequireLength(int given, int expected, string argument)
    {
        if (given != expected)
            ThrowDiffers(argument, given, expected);
    }

    private static EdgeSeqException Invalid(string problem) => new(ErrorCodes.ArgumentInvalid, problem);

    [DoesNotReturn]
    private static void ThrowNull(string argument) => throw Invalid($"{argument} is a null pointer");

    [DoesNotReturn]
    private static void ThrowLength(string argument, long length) =>
        throw Invalid($"{argument} cannot have {length} elements, only 0 to {int.MaxValue}");

    [DoesNotReturn]
    private static void ThrowDiffers(string argument, int given, int expected) =>
        throw Invalid($"{argument} has {given} elements, the model's has {expected}");
}
