using System.IO.Compression;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Quantize.Onnx.Reading;

namespace EdgeSeq.Quantize.Tests.Conformance;

/// <summary>One of the published ONNX backend node tests: a model of mostly one node, inputs, and the outputs that it must give.</summary>
internal sealed record NodeCase(string Name, byte[] Model, string OpType, IReadOnlyList<OnnxTensor> Inputs,
    IReadOnlyList<OnnxTensor> Outputs)
{
    /// <summary>All cases of the bundle that generate.py wrote.</summary>
    public static List<NodeCase> All()
    {
        using var bundle = ZipFile.OpenRead(Path.Combine(Repository.Root, "tests/Quantize.Tests/Conformance/onnx-node-tests.zip"));
        return [.. bundle.Entries.GroupBy(entry => entry.FullName.Split('/')[0]).Select(Read)
            .OrderBy(each => each.Name, StringComparer.Ordinal)];
    }

    private static NodeCase Read(IGrouping<string, ZipArchiveEntry> files)
    {
        var model = Bytes(files.Single(file => file.Name == "model.onnx"));
        var nodes = ModelProto.Parser.ParseFrom(model).Graph.Node;
        return new NodeCase(files.Key, model, nodes[0].OpType, Tensors(files, "input"), Tensors(files, "output"));
    }

    private static List<OnnxTensor> Tensors(IEnumerable<ZipArchiveEntry> files, string kind)
    {
        var reader = new TensorReader(new ExternalData(Path.GetTempPath()));
        return [.. files.Where(file => file.Name.StartsWith(kind, StringComparison.Ordinal))
            .OrderBy(file => int.Parse(file.Name.Split('_', '.')[1], System.Globalization.CultureInfo.InvariantCulture))
            .Select(file => reader.Read(TensorProto.Parser.ParseFrom(Bytes(file)), file.FullName))];
    }

    private static byte[] Bytes(ZipArchiveEntry file)
    {
        using var stream = file.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
