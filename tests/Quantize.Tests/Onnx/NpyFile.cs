using System.Text;
using System.Text.RegularExpressions;
using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Tests.Onnx;

/// <summary>Just enough of the .npy format (1.0, C order) for the reference vectors.</summary>
internal static partial class NpyFile
{
    public static OnnxTensor Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var dataStart = 10 + BitConverter.ToUInt16(bytes, 8);
        var header = Encoding.ASCII.GetString(bytes, 10, dataStart - 10);
        var dims = Shape().Match(header).Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var type = Descr().Match(header).Groups[1].Value switch
        {
            "<f4" => OnnxElementType.Float32,
            "<i8" => OnnxElementType.Int64,
            var other => throw new NotSupportedException(other),
        };
        return new OnnxTensor(type, [.. dims.Select(long.Parse)], bytes.AsMemory(dataStart));
    }

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex Shape();

    [GeneratedRegex(@"'descr': '([^']*)'")]
    private static partial Regex Descr();
}
