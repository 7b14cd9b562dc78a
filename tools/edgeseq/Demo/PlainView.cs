using System.Numerics.Tensors;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.Tool.Demo;

/// <summary>The demo as lines, one for each second of the simulation, for when nobody watches a terminal.</summary>
internal sealed class PlainView(DemoRun run, TextWriter output)
{
    public void Begin() => output.WriteLine($"{"second",6}  {"the person is",-14}  {"the model says",-14}  {"probability",11}  step");

    public void Update()
    {
        if (run.Samples % DemoRun.RateHz != 0)
            return;
        var probability = 100 * TensorPrimitives.Max(run.Probabilities);
        output.WriteLine(
            $"{run.Samples / DemoRun.RateHz,6}  {run.Activity,-14}  {run.Recognised,-14}  {probability,9:0.0} %  {Duration.Of(run.Latency.Percentile(0.5))}");
    }
}
