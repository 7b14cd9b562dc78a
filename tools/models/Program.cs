using System.CommandLine;
using System.Text.Json;
using EdgeSeq.Models.Folders;
using EdgeSeq.Models.Trials;

namespace EdgeSeq.Models;

/// <summary>Converts every model of folders and compares the programs with what lies beside the models.</summary>
internal static class Program
{
    private static readonly Argument<string[]> Folders = new("FOLDER")
    {
        Description = "folders with NAME.onnx, or single .onnx files",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "names to try, with * and ?",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Data = new("--data") { Description = "folder of the recordings (default: FOLDER/../data)" };
    private static readonly Option<int> Timeout = new("--timeout")
    {
        Description = "seconds for one model",
        DefaultValueFactory = _ => 120,
    };

    private static readonly Option<int> Workers = new("--workers") { Description = "models at a time", DefaultValueFactory = _ => 2 };
    private static readonly Option<bool> FloatOnly = new("--f32") { Description = "no int8" };
    private static readonly Option<bool> Json = new("--json") { Description = "print the results as JSON" };
    private static readonly Option<bool> One = new("--one") { Description = "one model in this process; one line of JSON", Hidden = true };

    private static readonly JsonSerializerOptions Indented = new(TrialResult.Json) { WriteIndented = true };

    private static int Main(string[] args)
    {
        var command = new RootCommand("Converts every model of folders and compares f32 and int8 programs with the references beside it.")
        {
            Folders, Only, Data, Timeout, Workers, FloatOnly, Json, One,
        };
        command.SetAction(Run);
        // A first argument that ends in the name of the tool (a folder "models") would be taken for the tool itself.
        return command.Parse([command.Name, .. args]).Invoke();
    }

    private static int Run(ParseResult parsed)
    {
        var models = parsed.GetValue(Folders)!.SelectMany(path => ModelFolder.Models(path, parsed.GetValue(Data)))
            .Where(model => parsed.GetValue(Only) is not { Length: > 0 } patterns
                || patterns.Any(pattern => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, model.Name)))
            .ToList();
        if (parsed.GetValue(One))
        {
            Console.WriteLine(JsonSerializer.Serialize(Trial.Run(models[0], parsed.GetValue(FloatOnly)), TrialResult.Json));
            return 0;
        }

        var results = new WorkerPool(parsed.GetValue(Workers), TimeSpan.FromSeconds(parsed.GetValue(Timeout)), parsed.GetValue(FloatOnly))
            .Run(models);
        Console.Write(parsed.GetValue(Json)
            ? JsonSerializer.Serialize(results, Indented) + Environment.NewLine
            : ResultTable.Of(results));
        return results.All(result => result.Verdict == Verdicts.Ok) ? 0 : 1;
    }
}
