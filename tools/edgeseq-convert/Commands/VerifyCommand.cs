using System.CommandLine;
using System.Text;
using EdgeSeq.ConvertTool.Output;
using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Verification;
using EdgeSeq.Quantize.Verification.Report;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Tool.Commands;
using EdgeSeq.Tool.Json;
using EdgeSeq.Tool.Usage;

namespace EdgeSeq.ConvertTool.Commands;

/// <summary><c>edgeseq-convert verify MODEL.onnx OUT.eseq --data DATA</c>; several models, or --chain FILE, for a chain.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("MODEL... PROGRAM...")
        {
            Description = "The trained model, an ONNX file, and the step program that was made from it, or several, which are compared "
                + "with each other too; all models of a chain; the program alone with --chain, or for a front end",
            Arity = ArgumentArity.OneOrMore,
        };
        var chain = Arguments.Text("--chain", "FILE.json|toml", "The chain that the program was made from");
        var models = Arguments.Text("--models", "FOLDER", "Where the models of a chain lie [default: beside its file]");
        var data = Arguments.Text("--data", "DATA",
            "Recordings: a .npy, .csv, .wav or .txt file, a folder with one NAME.npy for each input, or a source such as npy:PATH",
                required: true);
        var reading = new SourceOptions();
        var labels = Arguments.Text("--labels", "Y.npy", "The class of each recording, or of each step");
        var maxError = Arguments.Number("--max-error", "E", "Fail above this absolute error");
        var minSqnr = Arguments.Number("--min-sqnr", "DB", "Fail below this signal-to-noise ratio");
        var minAgreement = Arguments.Number("--min-agreement", "SHARE", "Fail below this share of equal decisions (0 to 1)");
        var maxLoss = Arguments.Number("--max-loss", "SHARE",
            "Fail above this loss against ONNX Runtime: of accuracy with labels (0.005 is half a point), else of decisions, else the "
                + "relative error");
        var report = Arguments.Text("--report", "FILE.html", "Write a page with plots; of several programs, side by side");
        var verbose = Arguments.Flag("--verbose", "Show what is being done");
        var json = Arguments.Json();
        var command = new GuidedCommand("verify", "Compare a step program with the model it was made from, on recordings")
        {
            files,
        };
        command.AddGroup("What it is compared on", [data, .. reading.All, labels]);
        command.AddGroup("What it was made from", chain, models);
        command.AddGroup("What it must reach", maxLoss, minSqnr, minAgreement, maxError);
        command.AddGroup("What is written", report, verbose, json);
        command.AddExample("verify mine.onnx mine.eseq --data test_x.npy --labels test_y.npy --report report.html",
            "Errors, accuracies and a page with plots");
        command.AddExample("verify mine.onnx f32.eseq int8.eseq calibrated.eseq --data test_x.npy --report compare.html",
            "Several programs of one model side by side");
        command.SetAction(result =>
        {
            var options = new VerifyOptions
            {
                Data = new RecordingSet(result.GetValue(data)!, reading.Hop(result))
                {
                    SourceHz = reading.SourceHz(result),
                    Recordings = reading.Recordings(result),
                    Columns = reading.Columns(result),
                },
                Labels = result.GetValue(labels),
                MaxError = result.GetValue(maxError),
                MinSqnr = result.GetValue(minSqnr),
                MinAgreement = result.GetValue(minAgreement),
                MaxLoss = result.GetValue(maxLoss),
            };
            var given = result.GetValue(files)!;
            var count = ModelsOf(given, isAlone: result.GetValue(chain) is not null);
            var subject = new VerifySubject
            {
                Models = given[..count],
                ChainFile = result.GetValue(chain),
                Folder = result.GetValue(models),
            };
            if (result.GetValue(report) is { } page)
                OutputPath.RequireOther(page, [.. given, subject.ChainFile, options.Data.Path, options.Labels]);
            using var status = new StatusLine(result.GetValue(verbose));
            VerifyReport[] found = [.. given[count..].Select(program => Verifier.Verify(subject, program, options, status))];
            status.Clear();
            return Show(found, result.GetValue(report), result.GetValue(json));
        });
        return command;
    }

    /// <summary>How many of the files are models: those named .onnx, else the first of several.</summary>
    private static int ModelsOf(string[] files, bool isAlone)
    {
        var models = Array.FindLastIndex(files, file => file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)) + 1;
        if (models == files.Length)
        {
            throw new EdgeSeqException(ErrorCodes.UsageInvalid, "there is no step program among the files",
                "verify MODEL.onnx PROGRAM.eseq --data DATA");
        }

        return models == 0 && files.Length > 1 && !isAlone ? 1 : models;
    }

    private static int Show(VerifyReport[] reports, string? page, bool json)
    {
        if (page is not null)
            OutputFile.Write(page, Encoding.UTF8.GetBytes(reports is [var only] ? HtmlReport.Of(only) : ComparisonPage.Of(reports)));

        if (json)
            ReportJson.Print(reports is [var only] ? new VerifyJson(only) : new ComparisonJson(reports));
        else
            Console.Out.Write(string.Join('\n', reports.Select(VerifyText.Of)));

        return reports.All(report => report.Failures.Count == 0)
            ? (int)ExitCode.Ok
            : throw new EdgeSeqException(ErrorCodes.ThresholdBroken, string.Join("; ", Failures(reports)),
            "docs/quantization.md tells what can be done");
    }

    private static IEnumerable<string> Failures(VerifyReport[] reports) => reports.SelectMany(report => report.Failures
        .Select(failure => reports.Length == 1 ? failure : $"{report.Program}: {failure}"));
}
