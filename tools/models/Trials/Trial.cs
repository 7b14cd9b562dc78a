using System.Diagnostics;
using System.Text.RegularExpressions;
using EdgeSeq.Models.Folders;
using EdgeSeq.Models.References;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Models.Trials;

/// <summary>Converts one model and holds the programs against its references.</summary>
internal static class Trial
{
    /// <summary>float32 sums in another order.</summary>
    private const double FloatTolerance = 1e-4;

    /// <summary>A file that rounds may turn noise of float32 into a rounding step: the same class then.</summary>
    private const double RoundedAgreement = 0.99;

    /// <summary>Share that int8 may lose.</summary>
    private const double Int8Loss = 0.003;

    private const int CalibrationRecordings = 48;

    private static readonly string[] RoundingFamilies =
        ["quant", "static", "dynamic", "_dyn", "qdq", "fp16", "float16", "bf16", "integer IO", "nbits", "int4", "int8"];

    private static readonly Regex Constant = new("--set (\"(?<name>[^\"=]+)=(?<value>[^\"]+)\"|(?<name>[^\\s=\"]+)=(?<value>[^\\s,]+))");

    private static readonly Regex Exporters = new("model\\.export|tf2onnx\\.convert|from_keras|from_function|dynamo=True|dynamo=False"
        + "|quantize_dynamic|quantize_static|optimize_model|MatMulNBits|onnxsim|onnxslim|quark|float16");

    public static TrialResult Run(ModelFile model, bool floatOnly)
    {
        var result = new TrialResult { Model = model.Name, Exporter = ExporterOf(model), MustGive = model.MustGive ?? "" };
        try
        {
            return Run(model, result, floatOnly);
        }
        catch (EdgeSeqException refused)
        {
            return Refused(model, result, refused);
        }
    }

    /// <summary>The program or call that wrote the file, without its arguments.</summary>
    public static string ExporterOf(ModelFile model)
    {
        var exporter = model.About.Exporter ?? "";
        var name = Exporters.Match(exporter);
        return (model.About.Family is { } family ? $"{family} " : "") + (name.Success ? name.Value : exporter.Split(':')[0]);
    }

    private static TrialResult Run(ModelFile model, TrialResult result, bool floatOnly)
    {
        var watch = Stopwatch.StartNew();
        var options = new ConvertOptions { Precision = ConvertPrecision.F32, Set = model.About.Constants };
        var conversion = Converted(model, ref options);
        result = result with { Mode = conversion.Mode, Seconds = watch.Elapsed.TotalSeconds };
        using var program = Model.Load(conversion.Program, model.Name);
        var references = ReferenceSet.Of(model, program.Inputs, [.. program.Outputs.Select(output => output.Name)]);
        if (references.IsEmpty)
            return ModeVerdict(RandomTrial.Run(model, conversion, options, result, floatOnly));

        var score = new Score(program, model.About.OutputGrid);
        foreach (var pass in references.Prefixes.Count > 0 ? references.Prefixes : [.. references.Whole.Take(CalibrationRecordings)])
            score.Add(pass);

        result = result with
        {
            FloatError = score.Worst,
            FloatAgreement = score.Agreement,
            Verdict = FloatVerdict(model, score),
            Note = score.Mismatch ?? "",
        };
        if (!floatOnly)
            result = Int8(model, result, options, references, program);

        return ModeVerdict(result);
    }

    /// <summary>Auto mode first; where that is refused with a constant or a window as the way out, that.</summary>
    private static ConversionResult Converted(ModelFile model, ref ConvertOptions options)
    {
        try
        {
            return Converter.Convert(model.Path, options);
        }
        catch (EdgeSeqException refused) when (options.Set.Count == 0 && Constant.Match(refused.Hint ?? "") is { Success: true } told)
        {
            options = options with
            {
                Set = new Dictionary<string, string> { [told.Groups["name"].Value] = told.Groups["value"].Value },
            };
            return Converted(model, ref options);
        }
        catch (EdgeSeqException refused) when (refused.ExitCode == ExitCode.Unsupported
            && refused.Hint?.Contains("--mode window", StringComparison.Ordinal) == true)
        {
            var hinted = Regex.Match(refused.Hint, @"--window (\d+)");
            var length = model.About.FixedTime ?? LengthOfRecordings(model) ?? model.LengthOfCalls
                ?? (hinted.Success ? (int?)int.Parse(hinted.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : null);
            if (length is null)
                throw;

            options = options with { Mode = ConvertMode.Window, Window = length, Hop = length };
            return Converter.Convert(model.Path, options);
        }
    }

    private static int? LengthOfRecordings(ModelFile model) =>
        ReferenceSet.OfRecordings(model) is var references && references.Whole.Concat(references.Prefixes).FirstOrDefault() is { } pass
            ? pass.Steps : null;

    private static string FloatVerdict(ModelFile model, Score score) =>
        score.Mismatch is null && score.Compared > 0
        && (score.Worst <= FloatTolerance || (Rounds(model) && score.Agreement >= RoundedAgreement)) ? Verdicts.Ok : Verdicts.Float;

    private static bool Rounds(ModelFile model) =>
        RoundingFamilies.Any(family => ExporterOf(model).Contains(family, StringComparison.OrdinalIgnoreCase)
            || model.Name.Contains(family, StringComparison.OrdinalIgnoreCase));

    private static TrialResult Int8(ModelFile model, TrialResult result, ConvertOptions options, ReferenceSet references,
        Model f32)
    {
        var watch = Stopwatch.StartNew();
        using var folder = new CalibrationFolder();
        var int8 = Converter.Convert(model.Path, options with
        {
            Precision = ConvertPrecision.Int8,
            Calibrate = folder.Store(Calibration(model, references), f32.Inputs),
        });
        result = result with { Int8Seconds = watch.Elapsed.TotalSeconds, Bytes = int8.Program.Length };
        using var program = Model.Load(int8.Program, model.Name);
        var prefixes = new Score(program, model.About.OutputGrid);
        foreach (var pass in references.Prefixes)
            prefixes.Add(pass);

        var whole = new Score(program, model.About.OutputGrid);
        for (var i = 0; i < references.Whole.Count; i++)
            whole.Add(references.Whole[i], references.Labels?[i]);

        var main = references.Prefixes.Count > 0 ? prefixes : whole;
        var loss = whole.Accuracy is double accuracy ? whole.ReferenceAccuracy - accuracy : null;
        return result with
        {
            Int8Sqnr = main.Sqnr,
            Int8Loss = loss,
            Accuracy = whole.ReferenceAccuracy,
            Verdict = result.Verdict == Verdicts.Ok && loss > Int8Loss ? Verdicts.Int8 : result.Verdict,
        };
    }

    private static IEnumerable<Pass> Calibration(ModelFile model, ReferenceSet references)
    {
        if (Recordings.Train(model) is not { Count: > 0 } train || model.Beside("in") is not null
            || references.Prefixes.Any(pass => !pass.Inputs.ContainsKey("")))
        {
            return [.. references.Prefixes.Concat(references.Whole).Take(CalibrationRecordings)];
        }

        var steps = references.Prefixes.Concat(references.Whole).First().Steps;
        return Enumerable.Range(0, Math.Min(CalibrationRecordings, train.Count))
            .Select(i => Pass.Of(train[i * (train.Count / Math.Min(CalibrationRecordings, train.Count))], steps));
    }

    private static TrialResult ModeVerdict(TrialResult result)
    {
        if (result.Verdict != Verdicts.Ok)
            return result;

        var auto = result.Mode is "stream" or "step";
        var asItMust = result.MustGive switch
        {
            "" => true,
            "refused" => result.FloatError is null or <= FloatTolerance,
            var must when must.Contains("window", StringComparison.Ordinal) && must.Contains("stream", StringComparison.Ordinal) => true,

            // A stream that is exact after every prefix gives what a window gives and more: such a model is causal after all, or a
            // delay makes it so.
            "window" => result.Mode == "window" || result.FloatError is <= FloatTolerance,
            "stream" or "step" => auto,
            var notes => !notes.StartsWith("window", StringComparison.Ordinal) || result.Mode == "window",
        };
        return asItMust ? result : result with { Verdict = Verdicts.Mode, Note = $"must give {result.MustGive}" };
    }

    private static TrialResult Refused(ModelFile model, TrialResult result, EdgeSeqException refused)
    {
        var may = result.MustGive.Contains("refus", StringComparison.OrdinalIgnoreCase) || !model.About.ValidFile;
        return result with { Verdict = may ? Verdicts.Ok : Verdicts.Refused, Note = refused.Line };
    }
}
