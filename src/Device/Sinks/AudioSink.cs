using System.Buffers.Binary;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Device.Sinks;

/// <summary>The first output of a model that gives audio, as signed 16-bit little-endian mono samples: 1.0 is 32768, louder is clipped, a
/// NaN is silence.</summary>
internal sealed class AudioSink : ISink
{
    private readonly IAudioTarget _target;
    private readonly byte[] _bytes;

    /// <exception cref="EdgeSeqException">ES0704 where the program gives no audio, or a set of recordings would be joined.</exception>
    public AudioSink(string name, SinkContext context, Func<IAudioTarget> open)
    {
        var output = context.Outputs[0];
        if (output.Type != ElementType.F32)
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"--sink {name}: output '{output.Name}' gives whole numbers, not audio");
        if (context.IsBatch)
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"--sink {name}: a set of recordings does not fit one sound",
                "give one recording");
        }

        _bytes = new byte[output.Length * sizeof(short)];
        _target = open();
    }

    public void Write(IStepOutputs outputs)
    {
        if (!outputs.IsReady(0))
            return;
        var values = outputs.Floats(0);
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(_bytes.AsSpan(i * sizeof(short)), Sample(values[i]));
        _target.Append(_bytes);
    }

    public void EndRecording()
    {
    }

    public void Flush() => _target.Flush();

    public void Complete() => _target.Complete();

    public void Dispose() => _target.Dispose();

    /// <summary>The scale of <c>wav:</c> and <c>pcm16:</c> as sources.</summary>
    private static short Sample(float value)
    {
        const float Full = 32768;
        return float.IsNaN(value) ? (short)0 : (short)Math.Clamp(MathF.Round(value * Full), short.MinValue, short.MaxValue);
    }
}
