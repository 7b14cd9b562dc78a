using EdgeSeq.Device.Resampling;

namespace EdgeSeq.Device.Sources;

/// <summary>Where steps come from: one endless or finite stream, or several recordings one after another.</summary>
public interface ISource : IDisposable
{
    /// <summary>As the user wrote it, for messages: <c>npy:walk.npy</c>.</summary>
    string Name { get; }

    /// <summary>Whether this is a set of recordings, each of which starts from a reset state, or one stream.</summary>
    bool IsBatch { get; }

    /// <summary>Steps in all, where known before reading.</summary>
    long? Steps { get; }

    /// <summary>New samples of the source in a step.</summary>
    int SamplesPerStep => 1;

    /// <summary>Steps a second of the recording, where the source knows.</summary>
    double? RateHz { get; }

    /// <summary>Whether a person or a device may be waiting at the other end, so that output should not be held back.</summary>
    bool IsLive { get; }

    /// <summary>Place of the last step in the source, for messages: <c>line 12</c>; null where the step number says it all.</summary>
    string? Position { get; }

    /// <summary>What happened while a device was sampled. Such a source waits for the time of each step by itself; null for all
    /// others.</summary>
    SamplingReport? Sampling => null;

    /// <summary>The change of rate that the source makes; null where it makes none. Devices say it in <see cref="Sampling"/>.</summary>
    RateConversion? Conversion => null;

    /// <summary>What the source's own time stamps say; null where it has none.</summary>
    StampReport? Stamps => null;

    /// <summary>Fills the next step's inputs. The results of a set of two recordings are Step…, RecordingEnd, Step…, RecordingEnd, End;
    /// those of one stream are Step…, End.</summary>
    SourceStep Read(StepInputs inputs);

    /// <summary>Hands what the source carries from step to step (filters, resamplers) to a copier, for a snapshot; always as many
    /// bytes.</summary>
    void VisitState(SpanAction visit)
    {
    }
}
