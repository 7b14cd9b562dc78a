using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Reference;

/// <summary>A converted model that recordings are streamed through.</summary>
internal sealed class StreamedModel(string onnxPath, ConvertOptions options) : IDisposable
{
    private readonly Model _model = Model.Load(Converter.Convert(onnxPath, options).Program, Path.GetFileName(onnxPath));

    public Model Model => _model;

    /// <summary>Streams a recording [steps, inputLength] and gives the emitted outputs one after another.</summary>
    public List<float[]> Stream(float[] recording, string? output = null)
    {
        using var session = _model.CreateSession();
        int index = output is null ? 0 : _model.OutputIndex(output), size = _model.Inputs[0].Length;
        var outputs = new List<float[]>();
        for (var at = 0; at < recording.Length; at += size)
        {
            Write(session, recording.AsSpan(at, size));
            session.Step();
            if (session.IsReady(index))
                outputs.Add(session.Output(index).ToArray());
        }

        return outputs;
    }

    public void Dispose() => _model.Dispose();

    private void Write(Session session, ReadOnlySpan<float> step)
    {
        if (_model.Inputs[0].Type == ElementType.F32)
        {
            step.CopyTo(session.Input(0));
            return;
        }

        for (var i = 0; i < step.Length; i++)
            session.InputI64(0)[i] = (long)step[i];
    }
}
