using System.Text.Json;
using EdgeSeq.Quantize.Tests.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Reference;

/// <summary>Recordings and expected outputs that PyTorch computed for a shared model, as [recording][steps × features].</summary>
internal sealed class ReferenceVectors
{
    private readonly JsonElement _description;

    public ReferenceVectors(string name)
    {
        Name = name;
        _description = JsonDocument.Parse(File.ReadAllBytes(Shared.Path($"models/{name}.json"))).RootElement;
    }

    public string Name { get; }

    public string OnnxPath => Shared.Path($"models/{Name}.onnx");

    /// <summary>The model's input vectors, each recording with time first.</summary>
    public float[][] Inputs()
    {
        var tensor = NpyFile.Read(Shared.Path($"models/{Name}.in.npy"));
        var time = _description.GetProperty("time_axis_in").GetInt32();
        var batch = _description.TryGetProperty("batch_axis_in", out var axis) ? axis.GetInt32() : 1 - time;
        return ByRecording(tensor.ToFloats(), [.. tensor.Dims], batch, time);
    }

    /// <summary>A vector file laid out [recording, ..].</summary>
    public float[][] Recordings(string suffix) => Split(NpyFile.Read(Shared.Path($"models/{Name}.{suffix}.npy")));

    /// <summary>A vector file that is one recording.</summary>
    public float[] Whole(string suffix) => NpyFile.Read(Shared.Path($"models/{Name}.{suffix}.npy")).ToFloats();

    /// <summary>The first samples of the long activity stream, normalised where the model does not do that itself.</summary>
    public float[] ActivityStream(int samples)
    {
        var stream = NpyFile.Read(Shared.Path("data/har_test_stream_x.npy")).ToFloats()[..(samples * 9)];
        return _description.GetProperty("preprocessing").GetProperty("what").GetString()!.StartsWith("raw", StringComparison.Ordinal)
            ? stream : Normalized(stream);
    }

    private float[] Normalized(float[] samples)
    {
        float[] mean = Numbers("mean"), std = Numbers("std");
        return [.. samples.Select((value, i) => (value - mean[i % mean.Length]) / std[i % std.Length])];
    }

    private float[] Numbers(string name) =>
        [.. _description.GetProperty("preprocessing").GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];

    private static float[][] Split(EdgeSeq.Quantize.Onnx.OnnxTensor tensor)
    {
        var count = (int)tensor.Dims[0];
        return [.. tensor.ToFloats().Chunk((int)(tensor.Count / count))];
    }

    private static float[][] ByRecording(float[] data, long[] dims, int batch, int time)
    {
        var features = data.Length / (int)(dims[batch] * dims[time]);
        var result = Enumerable.Range(0, (int)dims[batch]).Select(_ => new float[dims[time] * features]).ToArray();
        var index = new long[dims.Length];
        for (var i = 0; i < data.Length; i++)
        {
            long rest = i, feature = 0;
            for (var axis = dims.Length - 1; axis >= 0; axis--)
            {
                index[axis] = rest % dims[axis];
                rest /= dims[axis];
            }

            for (var axis = 0; axis < dims.Length; axis++)
                feature = axis == batch || axis == time ? feature : feature * dims[axis] + index[axis];

            result[index[batch]][index[time] * features + feature] = data[i];
        }

        return result;
    }
}
