using System.CommandLine;
using EdgeSeq.Device;
using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Files;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Text;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Tool.Bench;
using EdgeSeq.Tool.Config;
using EdgeSeq.Tool.Json;
using EdgeSeq.Tool.Terminal;
using EdgeSeq.Tool.Usage;
using EdgeSeq.Tool.Watch;

namespace EdgeSeq.Tool.Commands;

/// <summary><c>edgeseq run PROGRAM --source SOURCE</c>: feeds a source through a program into a sink.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var program = Arguments.Program();
        var source = Arguments.Text("--source", "SOURCE", $"Where steps come from: {SourceCatalog.Forms}", required: true);
        var sink = Arguments.Texts("--sink", "SINK", $"Where outputs and events go: {SinkCatalog.Forms}; a table on stdout if not given");
        var decide = Arguments.Text(
            "--decide", "RULE",
            "When outputs are events, in place of the program's own rule: 'on=0.5, off=0.35, least=250ms, gap=100ms, pad=30ms'");
        var rate = Arguments.PositiveNumber("--rate", "HZ", "Pace the run at this many steps a second");
        var steps = Arguments.Count<long>("--steps", "N", "End after this many steps");
        var onFault = Arguments.Choice(
            "--on-fault",
            "On a NaN, an infinity or a missing value: stop with an error, hold the last good sample, or reset the state",
            ("stop", FaultPolicy.Stop),
            ("hold", FaultPolicy.Hold),
            ("reset", FaultPolicy.Reset));
        var snapshot = Arguments.Text(
            "--snapshot", "FILE",
            "Go on from the state in this file if it is there and belongs to the program, and save the state to it at the end");
        var every = Arguments.Time("--every", "With --snapshot: save the state each time so much has passed, too");
        var noFlush = Arguments.Flag("--no-flush",
            "At the end of a recording, leave out what delay and right context still hold");
        var mmap = Arguments.Flag("--mmap", "Map the program file instead of copying it; it must then be replaced by rename only");
        var reload = Arguments.Flag(
            "--reload",
            "Follow the program file: a new one, put in its place by rename, runs from the next recording or reset on, "
            + "and at once at SIGUSR1");
        var config = Arguments.Text(ConfigKey.ConfigOption, "FILE",
            "A TOML or JSON file with the program and options; what is typed beside it has the last word");
        var watch = Arguments.Flag(
            "--watch", "Show signals, outputs, events, latency and faults live on a terminal; does nothing where standard output is none");
        var json = Arguments.Json();
        var sourceOptions = new SourceOptions();
        var command = new GuidedCommand("run", "Feed a source through a program into a sink") { program };
        command.AddGroup("What comes in", [source, .. sourceOptions.All]);

        // The core build has no view.
        command.AddGroup("What goes out", SensorSupport.IsIncluded ? [sink, decide, watch, json] : [sink, decide, json]);
        command.AddGroup("How it runs", rate, steps, onFault, noFlush, mmap, reload, config);
        command.AddGroup("State across a restart", snapshot, every);
        command.AddExample("run activity.eseq --source sim:walking --steps 100",
            "A simulated sensor, and a table of what the program says");
        command.AddExample("run vad.eseq --source wav:talk.wav --sink events:-",
            "A recording, and a line for each start and end of speech");
        command.AddExample("run mine.eseq --source i2c:mpu6050@1 --sink mqtt://broker/motion --snapshot state --every 60s",
            "A sensor, a broker, and a state that outlives a power cut");
        command.AddExample("run FILE.toml", "All of it from a file");
        command.SetAction(result => Run(new Request
        {
            Program = result.GetValue(program)!,
            Source = result.GetValue(source)!,
            Sinks = result.GetValue(sink)!,
            Decide = result.GetValue(decide),
            ReadAsAsked = context => sourceOptions.Apply(result, context),
            Map = result.GetValue(mmap),
            Reload = result.GetValue(reload),
            Watch = result.GetValue(watch) && TerminalInfo.CanRedraw,
            Json = result.GetValue(json),
            Options = new RunOptions
            {
                OnFault = result.GetValue(onFault),
                RateHz = result.GetValue(rate),
                Flushes = !result.GetValue(noFlush),
                MaxSteps = result.GetValue(steps),
                Snapshot = result.GetValue(snapshot),
                SnapshotEvery = Every(result.GetValue(every), result.GetValue(snapshot)),
            },
        }));
        return command;
    }

    private static int Run(Request request)
    {
        RequireOneWriterToStandardOutput(request);
        RequireFilesOfTheirOwn(request);
        using var stop = new StopSignal();
        stop.ListenToProcess();
        var stamp = FileStamp.Of(request.Program);
        using var model = Model.Load(request.Program, map: request.Map);
        using var session = model.CreateSession();
        var messages = new RunMessages();
        using var source = SourceCatalog.Open(request.Source, SourceContextOf(model, request, stop, messages));
        DecisionContext Context(Model program) =>
            DecisionContext.OfElements(program, source.SamplesPerStep, request.Options.RateHz ?? source.RateHz);
        DecisionEngine? Decide(Model program) => (request.Decide ?? program.Program.Decide) is { } rule
            ? new DecisionEngine(RuleParser.Parse(rule), Context(program)) : null;
        var decisionContext = Context(model);
        var decisions = Decide(model);
        var sinkContext = new SinkContext
        {
            Outputs = model.ElementOutputs,
            IsBatch = source.IsBatch,
            IsLive = source.IsLive || request.Options.RateHz is not null,
            GoesOn = request.Options.Snapshot is not null,
            EventNames = decisions?.EventNames,
            SamplesPerSecond = decisionContext.SamplesPerSecond,
            StepsPerSecond = decisionContext.StepsPerSecond,
            Counters = request.Options.Counters,
            Sampling = source.Sampling,
            Stop = stop,
            Warn = messages.Warn,
        };
        var view = SensorSupport.IsIncluded && request.Watch ? WatchView.Of(model, source.Name, sinkContext) : null;
        var last = request.Json && request.Sinks is [] ? new LastOutputSink(model.ElementOutputs) : null;
        using var sink = last ?? OpenSinks(request.Sinks, sinkContext, view);

        using var follower = request.Reload ? new ProgramFollower(request.Program, stamp, request.Map, model, Decide, messages.Tell) : null;
        using var reloadSignal = new ReloadSignal(follower, messages.Warn);

        // On a terminal the table itself shows the progress.
        var showsProgress = view is null && (request.Sinks is not [] || request.Json || !TerminalInfo.IsOutputTerminal);
        var progress = new Progress("steps", request.Options.MaxSteps ?? source.Steps);
        var options = request.Options with
        {
            Decisions = decisions,
            Rule = request.Decide ?? model.Program.Decide,
            Follower = follower,
            Warn = messages.Warn,
            Observer = view,
            Progress = showsProgress ? progress.Report : null,
        };
        var summary = Run(new RunLoop(model, session, source, sink, options, stop), view, messages);
        progress.Clear();

        var memory = PeakMemory.ResidentBytes();
        if (request.Json)
            ReportJson.Print(RunReport.Of(request.Program, source.Name, model, summary, memory, last?.Last, sinkContext.Deliveries));
        else
            Console.Error.WriteLine(Describe(summary, request.Options.RateHz));
        return (int)(summary.WasInterrupted ? ExitCode.Interrupted : ExitCode.Ok);
    }

    /// <summary>Runs to the end; on the terminal where there is a view.</summary>
    private static RunSummary Run(RunLoop loop, WatchView? view, RunMessages messages)
    {
        using var screen = view is null ? null : new WatchScreen(view, messages);
        return loop.Run();
    }

    /// <summary>Nothing that is read is written, and nothing is written twice.</summary>
    private static void RequireFilesOfTheirOwn(Request request)
    {
        string[] sinks = [.. request.Sinks.Where(SinkCatalog.IsFile).Select(sink => EndpointName.Parse(sink).Rest)];
        foreach (var sink in sinks)
            OutputPath.RequireOther(sink, request.Program, EndpointName.Parse(request.Source).Path);
        if (request.Options.Snapshot is { } snapshot)
            OutputPath.RequireOther(snapshot, [request.Program, EndpointName.Parse(request.Source).Path, .. sinks]);
        if (sinks.GroupBy(Path.GetFullPath).FirstOrDefault(same => same.Count() > 1) is { } twice && !OutputPath.IsSpecial(twice.Key))
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"two sinks write to {twice.First()}", "give each a file of its own");
    }

    private static void RequireOneWriterToStandardOutput(Request request)
    {
        string[] writers = [.. request.Sinks.Where(SinkCatalog.IsStandardOutput).Select(sink => $"--sink {sink}"), .. request.Json
            ? ["--json"] : Array.Empty<string>(), .. request.Watch ? ["--watch"] : Array.Empty<string>()];
        if (writers.Length > 1)
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"{string.Join(" and ", writers)} want standard output",
                "send one of them to a file");
        }
    }

    private static SourceContext SourceContextOf(Model model, Request request, StopSignal stop, RunMessages messages) =>
        request.ReadAsAsked(new()
        {
            Inputs = model.ElementInputs,
            Tokenizer = Tokenizer.Of(model),
            Chunk = model.Chunk,
            RateHz = model.RateHz * model.Chunk,
            PaceHz = request.Options.RateHz,
            Stop = stop,
            Warn = messages.Warn,
        });

    private static TimeSpan? Every(TimeSpan? every, string? snapshot) => every is null || snapshot is not null
        ? every
        : throw new EdgeSeqException(ErrorCodes.OptionInvalid, "--every says how often --snapshot saves, and there is no --snapshot",
        "give --snapshot FILE");

    private static ISink OpenSinks(IReadOnlyList<string> names, SinkContext context, WatchView? view) => (names, view) switch
    {
        ([], null) => SinkCatalog.OpenTable(context, TerminalInfo.UsesColor),
        ([], _) => view,
        (_, null) => SinkCatalog.Open(names, context),
        _ => new SinkGroup([SinkCatalog.Open(names, context), view]),
    };

    private static string Describe(RunSummary summary, double? rateHz)
    {
        var seconds = summary.Elapsed.TotalSeconds;
        var latency = summary.Latency;
        var text = $"{summary.Steps:N0} steps, {summary.Outputs:N0} with output, in {seconds:0.00} s";
        text += $"; a step took {Duration.Of(latency.Percentile(0.5))} (p99 {Duration.Of(latency.Percentile(0.99))}, "
            + $"max {Duration.Of(latency.Max)})";
        if (rateHz is not null)
            text += $"; {summary.DeadlineMisses:N0} deadlines missed";
        if (summary.HeldSteps > 0)
            text += $"; {summary.HeldSteps:N0} faulty steps held the last good sample";
        if (summary.RefusedSteps > 0)
            text += $"; {summary.RefusedSteps:N0} faulty steps left out, {summary.FaultResets:N0} resets";
        if (summary.Reloads + summary.RefusedReloads > 0)
            text += $"; {summary.Reloads:N0} new programs, {summary.RefusedReloads:N0} refused";
        if (summary.Conversion is { } conversion)
        {
            text += FormattableString.Invariant($"; {conversion.FromHz:0.###} samples a second converted to {conversion.ToHz:0.###}, ")
                + $"{Duration.Of(1e9 * conversion.DelaySeconds)} late";
        }

        if (summary.Stamps is { } stamps)
            text += $"; {Describe(stamps)}";
        return summary.WasInterrupted ? $"interrupted after {text}" : text;
    }

    private static string Describe(StampReport stamps)
    {
        var text = $"column '{stamps.Column}' holds time stamps";
        if (stamps.RateHz is not { } rate)
            return $"{text} and was left out";
        var times = stamps.Intervals;
        text += FormattableString.Invariant($": {rate:0.###} rows a second, {Duration.Of(times.Percentile(0.5))} apart (p1 ")
            + $"{Duration.Of(times.Percentile(0.01))}, p99 {Duration.Of(times.Percentile(0.99))}, max {Duration.Of(times.Max)}), "
            + $"{stamps.Gaps:N0} gaps";
        return stamps.NotLater > 0 ? $"{text}, {stamps.NotLater:N0} rows not later than the one before" : text;
    }

    private sealed class Request
    {
        public required string Program { get; init; }

        public required string Source { get; init; }

        public required IReadOnlyList<string> Sinks { get; init; }

        public required string? Decide { get; init; }

        /// <summary>Gives a source's context what the user says about reading it.</summary>
        public required Func<SourceContext, SourceContext> ReadAsAsked { get; init; }

        /// <summary>Map the program file instead of copying it.</summary>
        public required bool Map { get; init; }

        /// <summary>Follow the program file.</summary>
        public required bool Reload { get; init; }

        /// <summary>Show the run on the terminal.</summary>
        public required bool Watch { get; init; }

        public required bool Json { get; init; }

        public required RunOptions Options { get; init; }
    }
}
