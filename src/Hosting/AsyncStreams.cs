using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Hosting;

/// <summary>Samples that come when they come, as asynchronous streams, through a session of their own: opened with the first sample,
/// closed with the enumeration. At the end of the samples follows what a delay still holds.</summary>
public static class AsyncStreams
{
    /// <summary>For models with one F32 input.</summary>
    /// <param name="model">The model; a stream stays with the version that it began with.</param>
    /// <param name="samples">One element along time each, exactly the input's length.</param>
    /// <exception cref="ArgumentException">A sample has another length.</exception>
    /// <exception cref="EdgeSeqException">ES05xx, as a step throws them.</exception>
    public static IAsyncEnumerable<StreamOutput> RunAsync(
        this HostedModel model, IAsyncEnumerable<float[]> samples, CancellationToken cancellation = default) =>
        Run(model, samples, static (session, sample, output) => session.Step(sample, output), cancellation);

    /// <inheritdoc cref="RunAsync(HostedModel, IAsyncEnumerable{float[]}, CancellationToken)"/>
    public static IAsyncEnumerable<StreamOutput> RunAsync(
        this HostedModel model, IAsyncEnumerable<ReadOnlyMemory<float>> samples, CancellationToken cancellation = default) =>
        Run(model, samples, static (session, sample, output) => session.Step(sample.Span, output), cancellation);

    /// <summary>For models whose input is an id (a token) a step.</summary>
    /// <inheritdoc cref="RunAsync(HostedModel, IAsyncEnumerable{float[]}, CancellationToken)"/>
    public static IAsyncEnumerable<StreamOutput> RunAsync(
        this HostedModel model, IAsyncEnumerable<long> ids, CancellationToken cancellation = default) =>
        Run(model, ids, static (session, id, output) => session.Step(id, output), cancellation);

    private static IAsyncEnumerable<StreamOutput> Run<T>(
        HostedModel model, IAsyncEnumerable<T> samples, Func<HostedSession, T, float[], StepResult> step, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(samples);
        return Enumerate(model, samples, step, cancellation);
    }

    private static async IAsyncEnumerable<StreamOutput> Enumerate<T>(
        HostedModel model, IAsyncEnumerable<T> samples, Func<HostedSession, T, float[], StepResult> step,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var session = model.CreateSession();
        using var trace = new StreamTrace(session);
        var output = new float[session.Model.Outputs[0].Length];
        await foreach (var sample in samples.WithCancellation(cancellation).ConfigureAwait(false))
        {
            if (trace.Count(step(session, sample, output)))
                yield return new StreamOutput(session.Session.StepCount, [.. output]);
        }

        for (var result = session.Session.Flush(); !result.IsEnded; result = session.Session.Flush())
        {
            if (trace.Count(result) && session.Session.IsReady(0))
                yield return new StreamOutput(session.Session.StepCount, session.Session.Output(0).ToArray());
        }
    }
}
