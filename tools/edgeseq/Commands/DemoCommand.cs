using System.CommandLine;
using EdgeSeq.Device;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Tool.Demo;
using EdgeSeq.Tool.Terminal;
using EdgeSeq.Tool.Usage;

namespace EdgeSeq.Tool.Commands;

/// <summary><c>edgeseq demo</c>: a bundled model on a simulated motion sensor, live on a terminal, else as lines as fast as they
/// come.</summary>
internal static class DemoCommand
{
    /// <summary>One round of all activities, so that a run without a viewer ends by itself.</summary>
    private const long SecondsWithoutTerminal = 42;

    public static Command Create()
    {
        var seconds = Arguments.Count<long>(
            "--seconds", "N", "End after this many seconds of the simulation; without a terminal after one round of 42");
        var command = new GuidedCommand("demo", "Watch a model recognise what a simulated person with a motion sensor does") { seconds };
        command.AddExample("demo", "Live on a terminal; Ctrl-C ends it");
        command.SetAction(result => Run(result.GetValue(seconds)));
        return command;
    }

    private static int Run(long? seconds)
    {
        Console.Error.WriteLine(
            "A simulated person with a motion sensor walks, climbs, sits and lies; a bundled LSTM says what the person does. Ctrl-C "
                + "ends it.");
        using var stop = new StopSignal();
        stop.ListenToProcess();
        using var model = BundledModel.Load();
        using var run = new DemoRun(model);
        if (TerminalInfo.CanRedraw)
            RunLive(run, stop, seconds ?? long.MaxValue / DemoRun.RateHz);
        else
            RunPlain(run, stop, seconds ?? SecondsWithoutTerminal);
        Console.Out.WriteLine(Summary(run));
        return (int)(stop.IsSet ? ExitCode.Interrupted : ExitCode.Ok);
    }

    private static void RunLive(DemoRun run, StopSignal stop, long seconds)
    {
        using var screen = new Screen();
        var view = new LiveView(run, new Style(TerminalInfo.UsesColor));
        var pacer = new Pacer(DemoRun.RateHz, stop);
        for (pacer.Wait(); run.Samples < seconds * DemoRun.RateHz && !stop.IsSet; pacer.Wait())
        {
            run.Advance();
            view.Update();
        }
    }

    private static void RunPlain(DemoRun run, StopSignal stop, long seconds)
    {
        var view = new PlainView(run, Console.Out);
        view.Begin();
        while (run.Samples < seconds * DemoRun.RateHz && !stop.IsSet)
        {
            run.Advance();
            view.Update();
        }
    }

    private static string Summary(DemoRun run)
    {
        var latency = run.Latency;
        var judged = run.Judged > 0
            ? $"; right on {100.0 * run.Right / run.Judged:0.0} % of the samples from one second after each change on" : "";
        return $"{run.Samples:N0} samples, {run.Samples / DemoRun.RateHz:N0} s of motion{judged}; "
            + $"a step took {Duration.Of(latency.Percentile(0.5))} (p99 {Duration.Of(latency.Percentile(0.99))}, max "
                + $"{Duration.Of(latency.Max)}) and allocated "
            + $"{(double)run.AllocatedBytes / Math.Max(1, run.Samples):0.#} bytes";
    }
}
