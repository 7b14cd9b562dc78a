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

/// <summary><c>edgeseq-convert verify MODEL.onnx OUT.eseq --data DATA</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "The trained model, an ONNX file" };
        var programs = new Argument<string[]>("PROGRAM")
        {
            Description = "The step program that was made from it; several are compared with each other, too",
            Arity = ArgumentArity.OneOrMore,
        };
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
            model, programs,
        };
        command.AddGroup("What it is compared on", [data, .. reading.All, labels]);
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
            if (result.GetValue(report) is { } page)
                OutputPath.RequireOther(page, [result.GetValue(model), .. result.GetValue(programs)!, options.Data.Path, options.Labels]);
            using var status = new StatusLine(result.GetValue(verbose));
            VerifyReport[] found = [.. result.GetValue(programs)!.Select(program =>
                Verifier.Verify(result.GetValue(model)!, program, options, status))];
            status.Clear();
            return Show(found, result.GetValue(report), result.GetValue(json));
        });
        return command;
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
