using System.Numerics.Tensors;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <content>Many steps in one call.</content>
public sealed unsafe partial class Session
{
    /// <summary>Steps of a program with one F32 input, one after the other, up to the first that has an output or is refused. The same to
    /// the bit as calls of <see cref="Step(ReadOnlySpan{float}, Span{float})"/>; steps that only fill a window cost no more than their
    /// copy.</summary>
    /// <param name="inputs">A whole number of elements along time, each of the input's length.</param>
    /// <param name="output">Exactly the first output's length. Left as it was where no step has an output.</param>
    /// <param name="steps">How many were done: all of them unless the last one has an output or was refused.</param>
    /// <returns>Of the last of them; NotYet where there are none.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="EdgeSeqException">As of a single step.</exception>
    public StepResult StepToOutput(ReadOnlySpan<float> inputs, Span<float> output, out int steps)
    {
        steps = 0;
        _guard.Enter();
        try
        {
            ThrowIfDisposed();
            var length = _inputs[0].Length;
            RequireSignature(ElementType.F32, inputs.Length % length == 0 ? length : inputs.Length, output.Length);
            var result = new StepResult(StepOutcome.NotYet);
            while (!inputs.IsEmpty && !result.HasOutput && !result.IsRefused)
            {
                var quiet = DoQuietSteps(inputs, length);
                if (quiet == 0)
                {
                    inputs[..length].CopyTo(new Span<float>(_inputs[0].Given, length));
                    result = StepInto(output);
                }

                var done = Math.Max(quiet, 1);
                steps += done;
                inputs = inputs[(done * length)..];
            }

            return result;
        }
        finally
        {
            _guard.Leave();
        }
    }

    /// <returns>How many of the next steps were quiet ones and are done.</returns>
    private int DoQuietSteps(ReadOnlySpan<float> inputs, int length)
    {
        if (_quiet is null || _callSteps > 1)
            return 0;
        RequireNotFlushed();
        var count = (int)Math.Min(inputs.Length / length, Math.Min(_clocks.StepsBeforeOthers(Steps), _maxSteps - Steps));
        if (count <= 0)
            return 0;
        inputs = inputs[..(count * length)];
        if (!TensorPrimitives.IsFiniteAll(inputs))
        {
            count = FirstNonFinite(inputs) / length;
            if (count == 0)
                return 0;
            inputs = inputs[..(count * length)];
        }

        _clocks.Silence();
        LastStepRefused = false;
        _holds = false;
        PassQuietly(inputs, count);
        inputs[^length..].CopyTo(new Span<float>(_inputs[0].Given, length));
        _inputs[0].Take(0);
        KeepInputs();
        return count;
    }

    /// <summary>Does so many quiet steps.</summary>
    private void PassQuietly(ReadOnlySpan<float> inputs, int count)
    {
        _frame.Step = Steps;
        _frame.Tick = Steps;
        _quiet!.Do(_frame, inputs);
        Steps += count;
        _clocks.Pass(count);
    }

    private static int FirstNonFinite(ReadOnlySpan<float> values)
    {
        var at = 0;
        while (float.IsFinite(values[at]))
            at++;
        return at;
    }
}
