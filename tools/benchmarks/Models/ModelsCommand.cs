using System.Globalization;
using System.IO.Enumeration;
using System.Text.Json;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Models.Folders;
using EdgeSeq.Models.Trials;

namespace EdgeSeq.Benchmarks.Models;

/// <summary><c>models FOLDER… [--only PATTERN] [--core N] [--timeout SECONDS] [--json]</c>: every model of the folders that converts,
/// int8 and float32, beside ONNX Runtime in the same rounds; a line for each, then how many meet the goals. Each model has a process of
/// its own, one after another, so that none can end or slow the others.</summary>
internal static class ModelsCommand
{
    private const string Usage =
        "models FOLDER… [--only PATTERN] [--core N] [--timeout SECONDS] [--json]: folders with NAME.onnx, or files";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static int Run(string[] args)
    {
        string[] folders = [.. args.TakeWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal))];
        if (folders.Length == 0 || folders.Any(path => !Directory.Exists(path) && !File.Exists(path)))
        {
            Console.Error.WriteLine(Usage);
            return 1;
        }

        var core = PairedCommand.Option(args, "--core");
        var models = folders.SelectMany(path => ModelFolder.Models(path, null));
        if (args.Contains("--one"))
        {
            PairedCommand.PinTo(core);
            Console.WriteLine(JsonSerializer.Serialize(SpeedTrial.Run(models.Single())));
            return 0;
        }

        var only = PairedCommand.Option(args, "--only") ?? "*";
        var timeout = TimeSpan.FromSeconds(int.Parse(PairedCommand.Option(args, "--timeout") ?? "120", CultureInfo.InvariantCulture));
        var results = new List<ModelSpeed>();
        foreach (var model in models.Where(model => FileSystemName.MatchesSimpleExpression(only, model.Name)))
        {
            results.Add(Apart(model, core, timeout));
            Console.Error.WriteLine($"{results.Count} {model.Name} {results[^1].Note}");
        }

        Console.Write(args.Contains("--json")
            ? JsonSerializer.Serialize(results, Indented) + Environment.NewLine
            : SpeedTable.Of(results));
        return 0;
    }

    private static ModelSpeed Apart(ModelFile model, string? core, TimeSpan timeout) =>
        OwnProcess.Run(timeout, "models", model.Path, "--one", "--core", core ?? "0") switch
        {
            ({ } output, _) => JsonSerializer.Deserialize<ModelSpeed>(output)!,
            (_, var error) => new ModelSpeed(model.Name, "", Note: error ?? $"more than {timeout.TotalSeconds:0} s"),
        };
}
