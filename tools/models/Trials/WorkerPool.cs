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
        string[] flags = floatOnly ? ["--f32"] : [];
        return OwnProcess.Run(timeout, [model.Path, "--one", "--data", model.DataFolder, .. flags]) switch
        {
            ({ } output, _) => JsonSerializer.Deserialize<TrialResult>(output, TrialResult.Json)!,
            (_, { } error) => Failed(model, Verdicts.Crash, error),
            _ => Failed(model, Verdicts.Timeout, $"more than {timeout.TotalSeconds:0} s"),
        };
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
