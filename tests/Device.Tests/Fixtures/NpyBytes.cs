using System.Runtime.InteropServices;
using System.Text;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>.npy files made by hand, as numpy makes them.</summary>
internal static class NpyBytes
{
    public static byte[] Of<T>(string descr, T[] data, params int[] shape)
        where T : unmanaged
    {
        var dimensions = shape.Length == 1 ? $"{shape[0]}," : string.Join(", ", shape);
        return WithHeader($"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({dimensions}), }}",
            MemoryMarshal.AsBytes<T>(data).ToArray());
    }

    public static byte[] OfFloats(float[] data, params int[] shape) => Of("<f4", data, shape);

    public static byte[] WithHeader(string header, byte[] data, byte major = 1)
    {
        var text = Encoding.UTF8.GetBytes(header + "\n");
        var length = major == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return [0x93, .. "NUMPY"u8, major, 0, .. length, .. text, .. data];
    }

    /// <summary>What follows the header of a file of version 1.</summary>
    public static byte[] Content(byte[] file) => file[(10 + BitConverter.ToUInt16(file, 8))..];
}
