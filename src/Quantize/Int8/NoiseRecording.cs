using EdgeSeq.Device;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Int8;

/// <summary>Seeded noise in the place of a recording: values evenly from −2 to 2 where the model's inputs lie, ids of the whole
/// table.</summary>
internal static class NoiseRecording
{
    private const int Seed = 1, OtherSeed = 2;

    private const float Largest = 2;

    /// <param name="f32">The float program, loaded for single steps. A step that it refuses is given again without signs: what has no
    /// finite state for noise of both was made for inputs that are never negative.</param>
    public static Recording Of(Model f32, NoiseDomain domain, int steps) => Of(f32, domain, steps, Seed);

    /// <summary>As <see cref="Of(Model, NoiseDomain, int)"/>, of other values: to learn from, where that noise is to judge by.</summary>
    public static Recording OfOtherNoise(Model f32, NoiseDomain domain, int steps) => Of(f32, domain, steps, OtherSeed);

    private static Recording Of(Model f32, NoiseDomain domain, int steps, int seed)
    {
        using var session = f32.CreateSession();
        var random = new Random(seed);
        return Recording.Of(f32.Inputs, steps, step =>
        {
            Fill(f32, domain, step, random);
            if (IsRefused(f32, session, step))
            {
                Unsign(f32, step);
                IsRefused(f32, session, step);
            }
        });
    }

    private static void Fill(Model model, NoiseDomain domain, StepInputs step, Random random)
    {
        for (var i = 0; i < model.Inputs.Count; i++)
        {
            if (model.Inputs[i].Type == ElementType.F32)
            {
                foreach (ref var value in step.Floats(i))
                    value = (float)(random.NextDouble() * 2 * Largest - Largest);

                domain.Apply(model.Inputs[i].Name, step.Floats(i));
                continue;
            }

            var rows = model.IdRanges.FirstOrDefault(range => range.Input == i).Rows;
            foreach (ref var id in step.Ids(i))
                id = random.Next(Math.Max(1, rows));
        }
    }

    private static bool IsRefused(Model model, Session session, StepInputs step)
    {
        for (var i = 0; i < model.Inputs.Count; i++)
        {
            if (model.Inputs[i].Type == ElementType.F32)
                step.Floats(i).CopyTo(session.Input(i));
            else
                step.Ids(i).CopyTo(session.InputI64(i));
        }

        var isRefused = false;
        for (var part = 0; part < model.InputRate; part++)
            isRefused |= session.Step().IsRefused;

        return isRefused;
    }

    private static void Unsign(Model model, StepInputs step)
    {
        for (var i = 0; i < model.Inputs.Count; i++)
        {
            if (model.Inputs[i].Type != ElementType.F32)
                continue;

            foreach (ref var value in step.Floats(i))
                value = Math.Abs(value);
        }
    }
}
