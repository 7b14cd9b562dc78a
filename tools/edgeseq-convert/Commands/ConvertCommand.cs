using System.CommandLine;
using System.Globalization;
using EdgeSeq.ConvertTool.Output;
using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Conversion.Chains;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Tool.Json;
using EdgeSeq.Tool.Usage;

namespace EdgeSeq.ConvertTool.Commands;

/// <summary><c>edgeseq-convert convert MODEL.onnx -o OUT.eseq</c>.</summary>
internal static class ConvertCommand
{
    private const double BytesPerMegabyte = 1e6;

    public static Command Create()
    {
        var model = new Argument<string[]>("MODEL")
        {
            Description = "The trained model, an ONNX file; several become a chain; without one, --front-end alone becomes the program",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var output = new Option<string>("-o", "--output")
        {
            Description = "The step program to write",
            HelpName = "OUT.eseq",
            Required = true
        };
        var mode = Arguments.Choice("--mode", "How the graph becomes steps",
            ("auto", ConvertMode.Auto), ("stream", ConvertMode.Stream), ("step", ConvertMode.Step), ("window", ConvertMode.Window));
        var precision = Arguments.Choice("--precision", "Of weights, tables, keys and values", ("int8", ConvertPrecision.Int8),
            ("f32", ConvertPrecision.F32));
        var calibrate = Arguments.Text("--calibrate", "DATA",
            "Recordings that show what the model meets in use: a .npy, .csv, .wav or .txt file, a folder, or a source such as npy:PATH");
        var minSqnr = Arguments.Number("--min-sqnr", "DB",
            "Give nodes more precision until every output stands so far above its quantisation error on the recordings of --calibrate "
                + "[default: 40], without them on noise [35; a chain's models 30]; 0: plain int8");
        var maxLoss = Arguments.Number("--max-loss", "SHARE",
            "With --calibrate: give nodes more precision until no output loses more against float32 (0.005 is half a point of "
                + "accuracy, or 0.5 % of the decisions); stands in the place of the other goals");
        var calibrateLabels = Arguments.Text("--calibrate-labels", "Y.npy",
            "With --max-loss: the class of each calibration recording, or of each step");
        var timeAxis = Arguments.Pairs("--time-axis", "INPUT=AXIS", "Which axis of an input is time");
        var state = Arguments.Texts("--state", "auto|none|IN=OUT",
            "An input that is state, and the output that gives its next value; auto looks for others beside them, none keeps nothing "
                + "[default: auto]");
        var dim = Arguments.Pairs("--dim", "NAME=N", "The size of a dimension that the model leaves open under this name");
        var batch = Arguments.Count<int>("--batch", "N", "The batch, whatever the model says: 1 makes a program of one stream");
        var history = Arguments.Texts("--history", "HIST=OBS",
            "Last observations that the session keeps: a history input and the observation that enters it after the step; or "
                + "OBS=H,oldest-first|newest-first for an input that is a stack of the last H");
        var context = Arguments.Texts("--context", "[INPUT=]N",
            "The input is a frame that begins with the last N samples of the one before: the session keeps them, and a step takes "
                + "the new ones");
        var window = Arguments.Count<int>("--window", "W", "Window mode: inputs in a window");
        var hop = Arguments.Count<int>("--hop", "H",
            "Window mode: steps from one run to the next; otherwise the input is a frame of one signal, and so many of its samples "
                + "are new at each step");
        var maxContext = Arguments.Count<int>("--max-context", "N", "Tokens that attention keeps");
        var positions = Arguments.Choice("--positions", "Past the end of a position table",
            ("error", PositionPolicy.Error), ("clamp", PositionPolicy.Clamp), ("wrap", PositionPolicy.Wrap));
        var normalize = Arguments.Text("--normalize", "STATS.json",
            "Put (x - mean) / std in front of the model: an object with mean and std, and with channels, their names, if it has them");
        var channels = Arguments.Texts("--channels", "[INPUT=]A,B,C", "Names of the elements of an input, in order");
        var units = Arguments.Texts("--units", "[INPUT=]UNIT",
            "Unit of an input, or several joined by + for the channels of each quantity: g+deg/s");
        var labels = Arguments.Text("--labels", "A,B,C", "Names of the classes in the order of the outputs");
        var vocab = Arguments.Text("--vocab", "VOCAB.json", "The words of a text model");
        var set = Arguments.Pairs("--set", "INPUT=VALUE", "A constant input");
        var floatNode = Arguments.Texts("--float-node", "NAME", "A node whose weights stay float32");
        var exclude = Arguments.Texts("--exclude", "PATTERN",
            "Nodes whose name or op type fits (* and ? stand for any characters, any one) stay float32");
        var frontEnd = Arguments.Text("--front-end", "FRONT-END",
            "From samples to what the model takes: a preset such as whisper, calls such as 'log-mel(library=librosa, n_fft=512, "
                + "hop=160)', or FILE.json (docs/front-ends.md)");
        var chunk = Arguments.Count<int>("--chunk", "N", "Elements along time that a step of a stream takes and gives at once; "
            + "with --front-end, samples [default: 1]");
        var link = Arguments.Texts("--link", "LINK",
            "What goes from one model to another: 'A:output -> B:input, window=76, hop=8, scale=0.1, offset=2'");
        var chainFile = Arguments.Text("--chain", "FILE.json|toml", "A chain of models: front end, models, links, outputs, decision");
        var models = Arguments.Text("--models", "FOLDER", "With --chain: where its models lie [default: beside the file]");
        var rate = Arguments.PositiveNumber("--rate", "HZ",
            "Steps per second that the model was trained for; with --hop for frames of a signal, its samples per second");
        var decide = Arguments.Text("--decide", "RULE",
            "When outputs are events, unless a run says otherwise: 'on=0.5, off=0.35, least=250ms'");
        var emitOnnx = Arguments.Text("--emit-onnx", "STEP.onnx",
            "Also write the step graph as a float32 ONNX model of one step, its states as inputs and outputs");
        var maxTime = Arguments.PositiveNumber("--max-time", "S",
            "Refuse a model whose conversion, without recordings, would take more seconds of one core [default: 600]");
        var maxMemory = Arguments.PositiveNumber("--max-memory", "MB",
            "Refuse a model whose conversion would take more memory [default: what the machine has]");
        var explain = Arguments.Flag("--explain", "Show what every node became");
        var verbose = Arguments.Flag("--verbose", "Show what is being done");
        var json = Arguments.Json();
        var command = new GuidedCommand("convert", "Turn an ONNX model into a step program") { model };
        command.AddGroup("What is written", output, emitOnnx, explain, verbose, json);
        command.AddGroup("What it may take", maxTime, maxMemory);
        command.AddGroup("How the graph becomes steps", mode, timeAxis, state, history, context, window, hop, maxContext, positions,
            dim, batch, set);
        command.AddGroup("What becomes int8", precision, calibrate, maxLoss, calibrateLabels, minSqnr, floatNode, exclude);
        command.AddGroup("What belongs to the model beside its graph", normalize, channels, units, labels, vocab, rate, decide);
        command.AddGroup("What stands before it, and chains", frontEnd, chunk, link, chainFile, models);
        command.AddExample("convert mine.onnx -o mine.eseq", "int8, the form of the graph found by itself");
        command.AddExample("convert mine.onnx -o mine.eseq --calibrate train_x.npy --labels walk,run,rest --rate 50",
            "With recordings of what it will meet, the names of its classes and its rate");
        command.AddExample("convert bilstm.onnx -o bilstm.eseq --mode window --window 128 --hop 32",
            "One that reads the future: the whole model on the last 128 inputs, every 32 steps");
        command.AddExample("convert vad.onnx -o vad.eseq --front-end 'log-mel(library=torchaudio, mels=40)'",
            "Samples in: the features are computed in the program");
        model.Validators.Add(result =>
        {
            // What looks like an option is one that there is not, and no file of a chain.
            foreach (var token in result.Tokens.Where(token => token.Value.StartsWith('-')))
                result.AddError($"there is no option or argument '{token.Value}' here");
        });
        command.SetAction(result =>
        {
            var chosen = result.GetValue(mode);
            var recordings = result.GetValue(calibrate);
            RequireRecordings(recordings, ("--max-loss", result.GetValue(maxLoss)),
                ("--calibrate-labels", result.GetValue(calibrateLabels)));
            var options = new ConvertOptions
            {
                Mode = chosen,
                Precision = result.GetValue(precision),
                Calibrate = recordings is null ? null
                    : new RecordingSet(recordings, chosen == ConvertMode.Window ? null : result.GetValue(hop)),
                MinSqnrDb = result.GetValue(minSqnr),
                MaxLoss = result.GetValue(maxLoss),
                CalibrationLabels = result.GetValue(calibrateLabels),
                TimeAxes = Unique("--time-axis", result.GetValue(timeAxis)!).ToDictionary(pair => pair.Name, pair => Axis(pair.Value)),
                States = StatesOf(result.GetValue(state)!),
                FindStates = result.GetValue(state)!.Contains("auto") ? true : result.GetValue(state)!.Contains("none") ? false : null,
                Dims = Unique("--dim", result.GetValue(dim)!).ToDictionary(pair => pair.Name, pair => Size("--dim", pair.Value)),
                Batch = result.GetValue(batch),
                Histories = result.GetValue(history)!,
                Contexts = result.GetValue(context)!,
                Window = result.GetValue(window),
                Hop = result.GetValue(hop),
                MaxContext = result.GetValue(maxContext),
                Positions = result.GetValue(positions),
                Normalize = result.GetValue(normalize) is string stats ? NormalizeStats.Read(stats) : null,
                Channels = result.GetValue(channels)!,
                Units = result.GetValue(units)!,
                Labels = result.GetValue(labels)?.Split(',', StringSplitOptions.TrimEntries),
                Vocabulary = result.GetValue(vocab) is string words ? VocabularyFile.Read(words) : null,
                Set = Unique("--set", result.GetValue(set)!).ToDictionary(pair => pair.Name, pair => pair.Value),
                FloatNodes = result.GetValue(floatNode)!,
                Exclude = result.GetValue(exclude)!,
                FrontEnd = result.GetValue(frontEnd),
                Chunk = result.GetValue(chunk),
                RateHz = result.GetValue(rate),
                Decide = result.GetValue(decide),
                MaxSeconds = result.GetValue(maxTime) ?? ConvertOptions.DefaultMaxSeconds,
                MaxMemoryBytes = result.GetValue(maxMemory) * BytesPerMegabyte,
                Foreseen = Foretell,
            };
            var chain = ChainOf(result.GetValue(model)!, result.GetValue(link)!, result.GetValue(chainFile), result.GetValue(models),
                options);
            string?[] inputs = [.. result.GetValue(model)!, result.GetValue(chainFile), options.Calibrate?.Path,
                result.GetValue(calibrateLabels), result.GetValue(normalize), result.GetValue(vocab)];
            OutputPath.RequireOther(result.GetValue(output)!, inputs);
            if (result.GetValue(emitOnnx) is { } stepModel)
                OutputPath.RequireOther(stepModel, inputs);
            var view = new View(result.GetValue(explain), result.GetValue(verbose), result.GetValue(json));
            return Run(result.GetValue(model)!.FirstOrDefault(), chain, new Targets(result.GetValue(output)!, result.GetValue(emitOnnx)),
                options, view);
        });
        return command;
    }

    private static void Foretell(ConversionCost cost)
    {
        if (cost.IsLarge)
            Console.Error.WriteLine($"this takes {cost.Text}");
    }

    private static int Run(string? model, ChainSpec? chain, Targets targets, ConvertOptions options, View view)
    {
        using var status = new StatusLine(view.Verbose);
        var rule = options.Decide is { } text ? RuleParser.Parse(text) : null;
        if (model is null && chain is null && options.FrontEnd is null)
        {
            throw new EdgeSeqException(ErrorCodes.UsageInvalid, "neither the argument MODEL nor --front-end or --chain is given",
                "edgeseq-convert convert --help");
        }

        var result = chain is not null ? ChainConverter.Convert(chain, options, status)
            : model is null ? Converter.ConvertFrontEnd(options, status) : Converter.Convert(model, options, status);
        using var program = Model.Load(result.Program, targets.Program);
        if (rule is not null)
            RequireFit(rule, program);
        if (targets.StepModel is string stepModel)
            OutputFile.Write(stepModel, result.ToStepModel(Path.GetFileNameWithoutExtension(stepModel)));

        OutputFile.Write(targets.Program, result.Program);
        status.Clear();
        var report = ConvertReport.Of(targets.Program, result, program);
        if (view.Json)
            ReportJson.Print(report);
        else
            Console.Out.Write(ConvertText.Of(report, view.Explain));

        foreach (var warning in report.Warnings)
            Console.Error.WriteLine($"warning: {warning}");

        return (int)ExitCode.Ok;
    }

    /// <summary>Null where one model, or a front end, is converted alone.</summary>
    private static ChainSpec? ChainOf(string[] models, string[] links, string? file, string? folder, ConvertOptions options)
    {
        if (file is not null)
        {
            return models.Length == 0 && links.Length == 0 && options.FrontEnd is null ? ChainFile.Read(file, folder)
                : throw new EdgeSeqException(ErrorCodes.UsageInvalid, "--chain holds models, links and front end",
                    "give either the file or the options");
        }

        if (folder is not null)
        {
            throw new EdgeSeqException(ErrorCodes.UsageInvalid, "--models says where the models of --chain lie",
                "give --chain FILE.json|toml too");
        }

        return models.Length == 0 || (models.Length == 1 && options.FrontEnd is null && links.Length == 0) ? null
            : new ChainSpec([.. models.Select(path => new ChainPart(Path.GetFileNameWithoutExtension(path), path))])
            {
                FrontEnd = options.FrontEnd,
                Chunk = options.Chunk,
                Links = links,
            };
    }

    /// <summary>The rate is that of the run, which need not be known yet.</summary>
    private static void RequireFit(DecisionRule rule, Model program) =>
        _ = new DecisionEngine(rule, DecisionContext.OfElements(program, 1, program.RateHz * program.Chunk ?? 1));

    private static void RequireRecordings(string? recordings, params ReadOnlySpan<(string Option, object? Value)> measured)
    {
        foreach (var (option, value) in measured)
        {
            if (value is not null && recordings is null)
                throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"{option} is measured on recordings", "give --calibrate DATA");
        }
    }

    private static (string Input, string Output)[] StatesOf(string[] texts)
    {
        string[] pairs = [.. texts.Where(text => text is not ("auto" or "none"))];
        if (texts.Contains("none") && texts.Length > 1)
        {
            throw new EdgeSeqException(ErrorCodes.UsageInvalid, "--state none says that nothing is state, and stands alone",
                "give either none or IN=OUT");
        }

        return [.. pairs.Select(pair => pair.LastIndexOf('=') is > 0 and var at && at < pair.Length - 1
            ? (pair[..at], pair[(at + 1)..])
            : throw new EdgeSeqException(ErrorCodes.UsageInvalid, $"--state takes auto, none or IN=OUT, and '{pair}' is none of them",
            "edgeseq-convert convert --help"))];
    }

    private static int Size(string option, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? size
            : throw new EdgeSeqException(ErrorCodes.UsageInvalid, $"{option} takes NAME=N, and '{text}' is no number above 0",
                "edgeseq-convert convert --help");

    private static int Axis(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var axis)
        ? axis
        : throw new EdgeSeqException(ErrorCodes.UsageInvalid, $"--time-axis takes INPUT=AXIS, and '{text}' is no number",
        "edgeseq-convert convert --help");

    private static (string Name, string Value)[] Unique(string option, (string Name, string Value)[] pairs) =>
        pairs.GroupBy(pair => pair.Name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new EdgeSeqException(ErrorCodes.UsageInvalid, $"{option} names '{twice.Key}' twice", "edgeseq-convert convert --help")
            : pairs;

    /// <param name="StepModel">Null: no one-step ONNX model.</param>
    private sealed record Targets(string Program, string? StepModel);

    private sealed record View(bool Explain, bool Verbose, bool Json);
}
