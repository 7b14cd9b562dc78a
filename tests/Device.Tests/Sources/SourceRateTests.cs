using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sources;

/// <summary>Recordings at 800 samples a second for a program of 400.</summary>
public sealed class SourceRateTests : IDisposable
{
    private const double SourceHz = 800;
    private const double ProgramHz = 400;
    private const int Count = 1600;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("npy")]
    [InlineData("csv")]
    public void A_low_tone_passes_and_one_that_the_program_cannot_hold_does_not(string kind)
    {
        var low = Converted(kind, t => Math.Sin(2 * Math.PI * 50 * t));
        var high = Converted(kind, t => Math.Sin(2 * Math.PI * 300 * t));

        Assert.Equal(0.5, MeanSquare(low), 0.01);
        Assert.Equal(0, MeanSquare(high), 1e-6);
    }

    [Theory]
    [InlineData("npy")]
    [InlineData("csv")]
    public void The_signal_is_late_by_the_delay_that_is_told(string kind)
    {
        var converted = Converted(kind, t => Math.Sin(2 * Math.PI * 50 * t), out var source);

        Assert.Equal((SourceHz, ProgramHz), (source.Conversion!.FromHz, source.Conversion.ToHz));
        for (var k = 100; k < converted.Length; k++)
            Assert.Equal(Math.Sin(2 * Math.PI * 50 * (k / ProgramHz - source.Conversion.DelaySeconds)), converted[k], 0.01);
    }

    [Fact]
    public void Rows_of_several_values_are_so_many_signals()
    {
        var rows = Enumerable.Range(0, Count).SelectMany(k => (float[])[3, (float)Math.Sin(2 * Math.PI * 300 * k / SourceHz)]).ToArray();
        var path = _folder.Write("x.npy", NpyBytes.OfFloats(rows, Count, 2));
        var steps = Inputs.ReadAll($"npy:{path}", Context(2));

        Assert.Equal(Count / 2, steps.Count);
        Assert.All(steps[100..], step => Assert.Equal((3, 0), (step[0], Math.Round(step[1], 2))));
    }

    [Fact]
    public void Each_recording_of_a_set_starts_anew()
    {
        var values = Enumerable.Repeat(1f, 100).Concat(Enumerable.Repeat(5f, 100)).ToArray();
        var path = _folder.Write("x.npy", NpyBytes.OfFloats(values, 2, 100));
        var steps = Inputs.ReadAll($"npy:{path}", Context(1));

        var end = steps.FindIndex(step => step is []);
        Assert.All(steps[..end], step => Assert.Equal(1, step[0], 1e-6f));
        Assert.All(steps[(end + 1)..^1], step => Assert.Equal(5, step[0], 1e-6f));
    }

    [Fact]
    public void Single_samples_of_frames_are_converted_before_they_are_framed()
    {
        var path = _folder.Write("x.npy", NpyBytes.OfFloats(Enumerable.Repeat(2f, 1600).ToArray(), 1600));
        using var source = SourceCatalog.Open($"npy:{path}", Context(4) with { RateHz = ProgramHz / 4 });
        var inputs = new StepInputs([Inputs.Floats(4)]);
        var steps = 0;
        for (; source.Read(inputs) == SourceStep.Step; steps++)
            Assert.Equal([2, 2, 2, 2], inputs.Floats(0).ToArray());

        Assert.Equal(200, steps);
        Assert.Equal(200, source.Steps);
        Assert.Equal(ProgramHz / 4, source.RateHz);
    }

    [Fact]
    public void A_missing_value_is_missing_once_and_does_not_stay_in_the_filter()
    {
        var rows = string.Concat(Enumerable.Range(0, 400).Select(k => k == 200 ? ",\n" : "1,1\n"));
        var steps = Inputs.ReadAll($"csv:{_folder.Write("x.csv", rows)}", Context(2));

        Assert.Single(steps, step => float.IsNaN(step[0]));
        Assert.Equal(1, steps[^1][0], 1e-6f);
    }

    [Fact]
    public void The_programs_own_rate_needs_no_conversion()
    {
        var path = _folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3], 3));
        using var source = SourceCatalog.Open($"npy:{path}", Context(1) with { SourceHz = ProgramHz });

        Assert.Null(source.Conversion);
    }

    [Fact]
    public void A_program_without_a_rate_cannot_be_converted_to()
    {
        var path = _folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3, 4], 4));

        Assert.All([1, 2], length => Assert.Contains(
            "--rate HZ", Assert.Throws<EdgeSeqException>(() => Inputs.ReadAll($"npy:{path}", Context(length) with { RateHz = null })).Hint));
    }

    [Fact]
    public void A_live_source_has_its_own_time() => Assert.Equal(
        ErrorCodes.OptionInvalid, Assert.Throws<EdgeSeqException>(() => SourceCatalog.Open("sim:sine", Context(1))).Code);

    /// <summary>Once the filter has forgotten what was before the start.</summary>
    private static double MeanSquare(float[] signal) => signal.Skip(100).Average(value => (double)value * value);

    private static SourceContext Context(int length) =>
        Inputs.Context(Inputs.Floats(length)) with { RateHz = ProgramHz, SourceHz = SourceHz };

    private float[] Converted(string kind, Func<double, double> signal) => Converted(kind, signal, out _);

    private float[] Converted(string kind, Func<double, double> signal, out ISource source)
    {
        var values = Enumerable.Range(0, Count).Select(k => (float)signal(k / SourceHz)).ToArray();
        var path = kind == "npy" ? _folder.Write("x.npy", NpyBytes.OfFloats(values, Count))
            : _folder.Write("x.csv", string.Concat(values.Select(value => FormattableString.Invariant($"{value}\n"))));
        source = SourceCatalog.Open($"{kind}:{path}", Context(1));
        using (source)
        {
            var inputs = new StepInputs([Inputs.Floats(1)]);
            var converted = new List<float>();
            while (source.Read(inputs) == SourceStep.Step)
                converted.Add(inputs.Floats(0)[0]);
            return [.. converted];
        }
    }
}
