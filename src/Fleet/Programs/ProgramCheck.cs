using System.Diagnostics;
using EdgeSeq.Fleet.Engine;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Fleet.Programs;

/// <summary>What a program must pass before it is kept: its file is sound, its self-test gives its bits on this machine, and neither its
/// memory nor its time can starve the other streams of a silo.</summary>
public static class ProgramCheck
{
    private const int Tries = 3;

    /// <summary>Loads, runs and unloads the program.</summary>
    /// <param name="sessionBytes">Most memory of a stream.</param>
    /// <param name="stepMilliseconds">Most time of a step.</param>
    /// <exception cref="EdgeSeqException">ES01xx where the file is not a sound program, ES0801 where the self-test gives other bits, ES0704
    /// where it is beyond a limit.</exception>
    public static ProgramFacts Run(ReadOnlyMemory<byte> file, string name, long sessionBytes, double stepMilliseconds)
    {
        using var model = Model.Load(file, name, sessionBytes);
        if (model.Program.SelfTest is not null && !model.SelfTest().Passed)
            throw new EdgeSeqException(ErrorCodes.SelfTestFailed, $"{name}: the self-test gives other bits", "convert the model again");
        var took = FastestStep(model);
        if (took.TotalMilliseconds > stepMilliseconds)
        {
            throw new EdgeSeqException(
                ErrorCodes.OptionInvalid,
                $"{name}: a step takes {took.TotalMilliseconds:0.0} ms, at most {stepMilliseconds:0.0} are allowed",
                "Fleet:Limits:StepMilliseconds raises the limit");
        }

        return new ProgramFacts(
            ProgramCache.HashOf(file.Span), model.Program.Name, file.Length, model.SessionBytes, ShardEngine.SampleBytesOf(model),
            [.. model.Inputs.Select(port => new PortFacts(port.Name, port.Length, port.Type.ToString(), port.Channels?.ToArray()))],
            [.. model.Outputs.Select(port => new PortFacts(port.Name, port.Length, port.Type.ToString(), port.Labels?.ToArray()))],
            model.RateHz, model.Program.Decide);
    }

    private static TimeSpan FastestStep(Model model)
    {
        using var session = model.CreateSession();
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < Tries; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            session.Step();
            var took = Stopwatch.GetElapsedTime(begin);
            best = took < best ? took : best;
        }

        return best;
    }
}
