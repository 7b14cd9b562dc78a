using System.Runtime.InteropServices;
using System.Text;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Native;

/// <summary>Texts that cross the border: UTF-8 with a zero byte at the end.</summary>
internal static unsafe class Text
{
    /// <summary>A copy that does not move; it lives as long as the array is held.</summary>
    public static byte[] Pinned(string text)
    {
        var bytes = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(text) + 1, pinned: true);
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    /// <summary>Where a pinned array begins.</summary>
    public static byte* Address(byte[] pinned) => (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);

    /// <exception cref="EdgeSeqException">ES0507 for null.</exception>
    public static string Read(byte* text, string argument)
    {
        Arguments.Require(text, argument);
        return Marshal.PtrToStringUTF8((nint)text)!;
    }
}
