using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Cli.Tests.Docs;

/// <summary>The README's example, as it stands there.</summary>
internal static class LibraryExample
{
    public static void Watch(string program, IEnumerable<float[]> sensor, TextWriter screen)
    {
        using var model = Model.Load(program);              // verified; any number of sessions share it
        using var session = model.CreateSession();          // one stream: the LSTM's h and c live here
        var labels = model.Outputs[0].Labels!;
        var probabilities = new float[model.Outputs[0].Length];
        foreach (var sample in sensor)
        {
            if (!session.Step(sample, probabilities))       // goes on where the last call ended; allocates nothing
                continue;                                   // no output yet (delay, rate), or a NaN in the sample
            var top = Array.IndexOf(probabilities, probabilities.Max());
            screen.WriteLine($"step {session.StepCount}: {labels[top]} {probabilities[top]:0.00}");
        }
    }
}
