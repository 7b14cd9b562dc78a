using System.Security.Cryptography;
using EdgeSeq.Quantize.Onnx.Opsets;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Runtime.Errors;
using Google.Protobuf;

namespace EdgeSeq.Quantize.Onnx.Reading;

/// <summary>Turns the bytes of a file into an <see cref="OnnxModel"/>.</summary>
internal static class OnnxFile
{
    private const long OldestOpset = 7;
    private const long NewestKnownOpset = 23;
    private const long NewestOpset = 26;

    public static OnnxModel Load(string path)
    {
        var bytes = ReadBytes(path);
        var model = Parse(bytes, path);
        var opset = CheckOpset(model, path);
        var nodes = model.Graph.Node.Count;
        var named = LabelNodes.Remove(model);
        using var externalData = new ExternalData(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var graph = new GraphReader(model, new TensorReader(externalData)).Read();
        // Only now: ONNX Runtime would open external data by itself.
        if (opset > NewestKnownOpset)
            OrtRuntime.CheckLoads(path);
        var repaired = OpsetNormalizer.Normalize(graph);
        FloatWidening.Apply(graph);
        return new OnnxModel(
            path,
            Convert.ToHexStringLower(SHA256.HashData(bytes)),
            $"{model.ProducerName} {model.ProducerVersion}".Trim(),
            opset,
            graph)
        {
            Labels = named ?? ModelLabels.Names(model),
            RunsAsItIs = !repaired && model.Graph.Node.Count == nodes,
            RateHz = ModelLabels.RateHz(model),
        };
    }

    private static byte[] ReadBytes(string path)
    {
        if (!File.Exists(path))
            throw new EdgeSeqException(ErrorCodes.FileMissing, $"'{path}' does not exist", "check the path");
        try
        {
            if (new FileInfo(path).Length > Array.MaxLength)
            {
                throw new EdgeSeqException(
                    ErrorCodes.OnnxTooLarge,
                    $"'{path}' is larger than the 2 GB that the ONNX format allows",
                    "save the model with its tensors as external data");
            }

            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EdgeSeqException(ErrorCodes.FileUnreadable, $"'{path}' cannot be read: {exception.Message}", inner: exception);
        }
    }

    private static ModelProto Parse(byte[] bytes, string path)
    {
        OnnxFraming.Check(bytes, path);
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new EdgeSeqException(ErrorCodes.NotOnnx, $"'{path}' is damaged: {exception.Message}", OnnxFraming.Hint, exception);
        }

        return model.Graph is null
            ? throw new EdgeSeqException(ErrorCodes.NotOnnx, $"'{path}' has no graph", OnnxFraming.Hint)
            : model;
    }

    private static long CheckOpset(ModelProto model, string path)
    {
        var standard = model.OpsetImport.FirstOrDefault(opset => GraphReader.IsStandardDomain(opset.Domain))
            ?? throw new EdgeSeqException(ErrorCodes.OpsetUnsupported, $"'{path}' does not say which ONNX operator set it uses");
        return standard.Version switch
        {
            < OldestOpset => throw new EdgeSeqException(ErrorCodes.OpsetUnsupported,
                $"'{path}' uses operator set {standard.Version}; the oldest that is supported is {OldestOpset}",
                "export the model again with a newer opset_version"),
            > NewestOpset => throw new EdgeSeqException(ErrorCodes.OpsetUnsupported,
                $"'{path}' uses operator set {standard.Version}; the newest that is supported is {NewestOpset}",
                $"export the model again with opset_version={NewestOpset} or lower"),
            _ => standard.Version,
        };
    }
}
