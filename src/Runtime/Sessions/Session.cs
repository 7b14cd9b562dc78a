using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>One stream through a model. Not thread-safe; a step allocates nothing and takes no lock.</summary>
public sealed class Session : IDisposable
{
    internal Session()
    {
    }

    /// <summary>Steps done since the last reset.</summary>
    public long StepCount => throw new NotSupportedException();

    public NonFiniteInput NonFinite { get; set; }

    /// <summary>Steps refused because of a NaN or an infinity in an input.</summary>
    public long RefusedSteps { get; private set; }

    /// <summary>Steps done with the last good inputs instead.</summary>
    public long HeldSteps { get; private set; }

    public bool LastStepRefused { get; private set; }

    /// <summary>One step of a program with one F32 input; copies its first output, which must be F32.</summary>
    /// <returns>True when the output was produced; otherwise <paramref name="output"/> is left as it was.</returns>
    /// <exception cref="ArgumentException">A span has not exactly the length of the input or output.</exception>
    /// <exception cref="EdgeSeqException">ES0501 past the model's last position, ES0503 where the program has other inputs.</exception>
    public bool Step(ReadOnlySpan<float> input, Span<float> output) => throw new NotSupportedException();

    /// <summary>One step with the content of the input spans.</summary>
    /// <returns>True when at least one output was produced.</returns>
    /// <exception cref="EdgeSeqException">ES0501 past the model's last position, ES0502 for an id outside its table;
    /// the state is then as before.</exception>
    public bool Step() => throw new NotSupportedException();

    /// <summary>The F32 input to fill before <see cref="Step()"/>; it keeps its content between steps.</summary>
    public Span<float> Input(int input) => throw new NotSupportedException();

    /// <summary>The I64 input to fill before <see cref="Step()"/>; it keeps its content between steps.</summary>
    public Span<long> InputI64(int input) => throw new NotSupportedException();

    /// <summary>An F32 output after the step that produced it.</summary>
    public ReadOnlySpan<float> Output(int output) => throw new NotSupportedException();

    /// <summary>An I64 output after the step that produced it.</summary>
    public ReadOnlySpan<long> OutputI64(int output) => throw new NotSupportedException();

    /// <summary>Whether the last step produced this output.</summary>
    public bool IsReady(int output) => throw new NotSupportedException();

    /// <summary>Back to step 0 and the initial state.</summary>
    public void Reset() => throw new NotSupportedException();

    /// <summary>Writes the state; <see cref="Restore"/> on any session of the same program goes on from it bit for bit.</summary>
    public void Save(Stream stream) => throw new NotSupportedException();

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="EdgeSeqException">ES035x; the session is then as before.</exception>
    public void Restore(Stream stream) => throw new NotSupportedException();

    public void Dispose() => throw new NotSupportedException();
}
