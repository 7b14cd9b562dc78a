using System.Diagnostics;
using System.Text.Json;
using EdgeSeq.Models.Folders;

namespace EdgeSeq.Models.Trials;

/// <summary>Each model in a process of its own, some at a time, so that none can take the others' time or end them.</summary>
internal sealed class WorkerPool(int workers, TimeSpan timeout, bool floatOnly)
{
    public TrialResult[] Run(IReadOnlyList<ModelFile> models)
    {
        var results = new TrialResult[models.Count];
        Parallel.For(0, models.Count, new ParallelOptions { MaxDegreeOfParallelism = workers }, i =>
        {
            results[i] = Run(models[i]);
            Console.Error.WriteLine($"{results[i].Verdict,-8} {results[i].Model} {results[i].Note}");
        });
        return results;
    }

    private TrialResult Run(ModelFile model)
    {
        string[] host = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(WorkerPool).Assembly.Location] : [];
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!,
            [.. host, model.Path, "--one", "--data", model.DataFolder, .. floatOnly ? ["--f32"] : Array.Empty<string>()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(timeout))
        {
            process.Kill();
            return Failed(model, Verdicts.Timeout, $"more than {timeout.TotalSeconds:0} s");
        }

        process.WaitForExit();
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<TrialResult>(output.Result, TrialResult.Json)!
            : Failed(model, Verdicts.Crash, errors.Result.Split('\n')[0]);
    }

    private static TrialResult Failed(ModelFile model, string verdict, string note) => new()
    {
        Model = model.Name,
        Exporter = Trial.ExporterOf(model),
        MustGive = model.MustGive ?? "",
        Verdict = verdict,
        Note = note,
    };
}
