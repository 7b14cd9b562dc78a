using EdgeSeq.Device.Simulation.Motion;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Tests.Simulation;

public class ActivitySimulatorTests
{
    public static TheoryData<string> Activities => [.. ActivitySimulator.Names.Skip(1)];

    [Fact]
    public void A_seed_determines_every_sample()
    {
        Assert.Equal(Samples("walking", 7, 200), Samples("walking", 7, 200));
        Assert.NotEqual(Samples("walking", 7, 200), Samples("walking", 8, 200));
    }

    [Fact]
    public void Samples_are_whole_counts_of_the_sensor()
    {
        foreach (var sample in Samples("stairs-down", 1, 500))
        {
            for (var channel = 0; channel < sample.Length; channel++)
            {
                var counts = sample[channel] * (channel < 3 ? 16384 : 131 * 180 / Math.PI);
                Assert.Equal(Math.Round(counts), counts, 1e-2);
                Assert.InRange(counts, short.MinValue - 1e-2, short.MaxValue + 1e-2);
            }
        }
    }

    [Theory]
    [InlineData("sitting")]
    [InlineData("standing")]
    [InlineData("lying")]
    public void Only_gravity_acts_at_rest(string activity)
    {
        foreach (var sample in Samples(activity, 3, 500))
            Assert.Equal(1, Math.Sqrt(sample.Take(3).Sum(a => (double)a * a)), 0.1);
    }

    [Fact]
    public void The_round_does_every_activity()
    {
        var person = new ActivitySimulator(ActivitySimulator.Round, 1);
        var seen = new HashSet<string>();
        for (var i = 0; i < 42 * ActivitySimulator.RateHz; i++)
        {
            person.Next(new float[ActivitySimulator.Channels], new float[3]);
            seen.Add(person.Activity);
        }

        Assert.Equal(ActivitySimulator.Names.Skip(1).Order(), seen.Order());
    }

    [Theory]
    [MemberData(nameof(Activities))]
    public void The_bundled_model_recognises_each_activity(string activity)
    {
        using var model = Model.Load(Path.Combine(Repository.Root, "models", "activity", "activity.eseq"));
        var labels = model.Outputs[0].Labels!;
        var right = 0;
        var judged = 0;
        for (var seed = 1UL; seed <= 5; seed++)
        {
            using var session = model.CreateSession();
            var probabilities = new float[labels.Count];
            var samples = Samples(activity, seed, 300);
            for (var i = 0; i < samples.Count; i++)
            {
                session.Step(samples[i], probabilities);
                if (i < ActivitySimulator.RateHz)
                    continue;
                judged++;
                right += labels[probabilities.IndexOf(probabilities.Max())] == activity ? 1 : 0;
            }
        }

        Assert.True(right > 0.9 * judged, $"{right} of {judged} steps");
    }

    private static List<float[]> Samples(string activity, ulong seed, int count)
    {
        var person = new ActivitySimulator(activity, seed);
        var samples = new List<float[]>();
        for (var i = 0; i < count; i++)
        {
            var sample = new float[ActivitySimulator.Channels];
            person.Next(sample, new float[3]);
            samples.Add(sample);
        }

        return samples;
    }
}
