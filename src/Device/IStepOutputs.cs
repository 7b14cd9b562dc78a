namespace EdgeSeq.Device;

/// <summary>What a step produced, as sinks see it. Outputs are counted as in the model.</summary>
public interface IStepOutputs
{
    /// <summary>Index of the recording in its set, 0 for one stream.</summary>
    long Recording { get; }

    /// <summary>Index of the step in its recording, from 0.</summary>
    long StepIndex { get; }

    /// <summary>What the step's input reads as, in UTF-8; empty where the source is not text.</summary>
    ReadOnlyMemory<byte> Word { get; }

    /// <summary>How the step's sample came; Ok where the source is no device.</summary>
    SampleMark Mark { get; }

    /// <summary>Whether the step produced this output.</summary>
    bool IsReady(int output);

    /// <summary>Values of an F32 output that is ready.</summary>
    ReadOnlySpan<float> Floats(int output);

    /// <summary>Values of an I64 output that is ready.</summary>
    ReadOnlySpan<long> Ids(int output);
}
