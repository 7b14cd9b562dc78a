using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Aot.Tests.Programs;

/// <summary>Seeded inputs for a program: noise within what its training saw, and now and then a spike far outside.</summary>
internal static class RecordedInputs
{
    public const int Steps = 1000;

    private const int Seed = 1;
    private const int StepsOfShortRecordings = 125;
    private const double Spike = 1000;
    private const double SpikeShare = 0.01;

    /// <summary>One recording of 1,000 steps, or several short ones where the program's positions end before.</summary>
    public static void Write(string path, string program)
    {
        using var model = Model.Load(program);
        Write(path, model.Inputs.Single(), model.Program.MaxSteps is null ? [Steps]
            : [Steps / StepsOfShortRecordings, StepsOfShortRecordings]);
    }

    public static void WriteOneStep(string path, string program)
    {
        using var model = Model.Load(program);
        Write(path, model.Inputs.Single(), [1]);
    }

    private static void Write(string path, InputInfo input, long[] shape)
    {
        var random = new Random(Seed);
        using var file = new NpyWriter(path, isFloat: true);
        file.Write([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (steps, size) => steps * size) * input.Length)
            .Select(_ => Value(random))]);
        file.Complete([.. shape, .. input.Shape.Select(size => (long)size)]);
    }

    private static float Value(Random random)
    {
        var value = random.NextDouble() * 4 - 2;
        return (float)(random.NextDouble() < SpikeShare ? value * Spike : value);
    }
}
