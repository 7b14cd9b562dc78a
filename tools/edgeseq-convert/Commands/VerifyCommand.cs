using System.CommandLine;
using System.Text;
using EdgeSeq.ConvertTool.Output;
using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Verification;
using EdgeSeq.Quantize.Verification.Report;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Tool.Json;
using EdgeSeq.Tool.Usage;

namespace EdgeSeq.ConvertTool.Commands;

/// <summary><c>edgeseq-convert verify MODEL.onnx OUT.eseq --data DATA</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "The trained model, an ONNX file" };
        var program = new Argument<string>("PROGRAM") { Description = "The step program that was made from it" };
        var data = Arguments.Text("--data", "DATA",
            "Recordings: a .npy, .csv, .wav or .txt file, a folder with one NAME.npy for each input, or a source such as npy:PATH",
                required: true);
        var hop = Arguments.Count<int>("--hop", "N", "New samples a step, for recordings of single samples; the whole frame if not given");
        var labels = Arguments.Text("--labels", "Y.npy", "The class of each recording, or of each step");
        var maxError = Arguments.Number("--max-error", "E", "Fail above this absolute error");
        var minSqnr = Arguments.Number("--min-sqnr", "DB", "Fail below this signal-to-noise ratio");
        var minAgreement = Arguments.Number("--min-agreement", "SHARE", "Fail below this share of equal decisions (0 to 1)");
        var maxLoss = Arguments.Number("--max-loss", "SHARE",
            "Fail above this loss against ONNX Runtime: of accuracy with labels (0.005 is half a point), else of decisions, else the relative error");
        var report = Arguments.Text("--report", "FILE.html", "Write a page with plots");
        var verbose = Arguments.Flag("--verbose", "Show what is being done");
        var json = Arguments.Json();
        var command = new Command("verify", "Compare a step program with the model it was made from, on recordings")
        {
            model, program, data, hop, labels, maxError, minSqnr, minAgreement, maxLoss, report, verbose, json,
        };
        command.SetAction(result =>
        {
            var options = new VerifyOptions
            {
                Data = new RecordingSet(result.GetValue(data)!, result.GetValue(hop)),
                Labels = result.GetValue(labels),
                MaxError = result.GetValue(maxError),
                MinSqnr = result.GetValue(minSqnr),
                MinAgreement = result.GetValue(minAgreement),
                MaxLoss = result.GetValue(maxLoss),
            };
            if (result.GetValue(report) is { } page)
                OutputPath.RequireOther(page, result.GetValue(model), result.GetValue(program), options.Data.Path, options.Labels);
            using var status = new StatusLine(result.GetValue(verbose));
            var found = Verifier.Verify(result.GetValue(model)!, result.GetValue(program)!, options, status);
            status.Clear();
            return Show(found, result.GetValue(report), result.GetValue(json));
        });
        return command;
    }

    private static int Show(VerifyReport report, string? page, bool json)
    {
        if (page is not null)
        {
            OutputFile.Write(page, Encoding.UTF8.GetBytes(HtmlReport.Of(report)));
        }

        if (json)
            ReportJson.Print(new VerifyJson(report));
        else
            Console.Out.Write(VerifyText.Of(report));

        return report.Failures.Count == 0
            ? (int)ExitCode.Ok
            : throw new EdgeSeqException(ErrorCodes.ThresholdBroken, string.Join("; ", report.Failures),
            "docs/quantization.md tells what can be done");
    }
}
