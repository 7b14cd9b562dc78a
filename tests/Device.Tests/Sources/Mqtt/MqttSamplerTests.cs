using System.Runtime.InteropServices;
using System.Text;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sources.Mqtt;

public sealed class MqttSamplerTests
{
    [Fact]
    public void Numbers_arrays_and_arrays_of_samples_become_steps()
    {
        var steps = Read(Inputs.Context(Inputs.Floats(2)), 5, "", "[1,2]", " [ [3, 4] , [5,6.5] ]\n", "[7,8,9e0,-1e-1]");

        Assert.Equal([[1, 2], [3, 4], [5, 6.5f], [7, 8], [9, -0.1f]], steps.Select(step => step.Values));
        Assert.All(steps, step => Assert.True(step.Mark.IsOk));
    }

    [Fact]
    public void A_program_of_one_value_takes_plain_numbers() =>
        Assert.Equal([[1], [2.5f], [3], [4]], Read(Inputs.Context(Inputs.Floats(1)), 4, "", "1", "2.5", "[3,4]").Select(step => step.Values));

    [Fact]
    public void Raw_floats_become_steps()
    {
        using var broker = new FakeBroker();
        broker.ToSubscriber.Enqueue(MemoryMarshal.AsBytes<float>([1, 2, 3, 4]).ToArray());

        Assert.Equal([[1, 2], [3, 4]], Read(broker, Inputs.Context(Inputs.Floats(2)), 2, ",format=f32").Select(step => step.Values));
    }

    [Fact]
    public void With_a_hop_single_samples_become_frames()
    {
        var context = Inputs.Context(Inputs.Floats(3)) with { Hop = 2 };

        Assert.Equal([[0, 1, 2], [2, 3, 4]], Read(context, 2, "", "[1,2,3]", "4").Select(step => step.Values));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("[1,2,3]")]
    [InlineData("[[1,2],[3]]")]
    [InlineData("{\"x\":1}")]
    [InlineData("[1,2")]
    [InlineData("[1,2]]")]
    [InlineData("[NaN,1]")]
    [InlineData("[]")]
    [InlineData("hello")]
    public void A_message_that_holds_no_whole_samples_is_a_fault(string message)
    {
        var steps = Read(Inputs.Context(Inputs.Floats(2)), 2, "", message, "[1,2]");

        Assert.Equal([SampleStatus.Corrupt, SampleStatus.Ok], steps.Select(step => step.Mark.Status));
        Assert.All(steps[0].Values, value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void What_the_queue_has_no_room_for_is_missed_and_counted()
    {
        using var broker = new FakeBroker();
        for (var i = 0; i < 100; i++)
            broker.ToSubscriber.Enqueue(Encoding.UTF8.GetBytes($"{i}"));
        using var source = SourceCatalog.Open($"mqtt://127.0.0.1:{broker.Port}/a,queue=10", Inputs.Context(Inputs.Floats(1)));
        SinkContexts.WaitFor(() => broker.ToSubscriber.Count == 0);
        Thread.Sleep(300);
        var inputs = new StepInputs([Inputs.Floats(1)]);
        source.Read(inputs);

        Assert.Equal(90, inputs.Floats(0)[0]);
        Assert.Equal(90, inputs.Mark.Missed);
        Assert.Equal((90, 1), (source.Sampling!.Missed, source.Sampling.Gaps));
    }

    [Fact]
    public void A_broker_that_goes_away_and_comes_back_is_subscribed_again() =>
        Assert.Equal([[1], [2], [3]], Read(Inputs.Context(Inputs.Floats(1)), 3, "", "1", "", "2", "", "3").Select(step => step.Values));

    [Fact]
    public void Silence_is_a_fault_where_the_user_says_how_long()
    {
        var statuses = Read(Inputs.Context(Inputs.Floats(1)), 20, ",silence=0.2", "1").Select(step => step.Mark.Status).ToList();

        Assert.Single(statuses, SampleStatus.Ok);
        Assert.Equal(SampleStatus.TimedOut, statuses[^1]);
    }

    [Fact]
    public void A_stop_ends_the_wait_at_once()
    {
        using var broker = new FakeBroker();
        var context = Inputs.Context(Inputs.Floats(1));
        using var source = SourceCatalog.Open($"mqtt://127.0.0.1:{broker.Port}/a", context);
        using var timer = new Timer(_ => context.Stop.Set(), null, 200, Timeout.Infinite);

        Assert.Equal(SourceStep.End, source.Read(new StepInputs(context.Inputs)));
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        const int Steps = 500;
        using var broker = new FakeBroker();
        broker.ToSubscriber.Enqueue(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, Steps + 1))}]"));
        var context = Inputs.Context(Inputs.Floats(1));
        using var source = SourceCatalog.Open($"mqtt://127.0.0.1:{broker.Port}/a", context);
        var inputs = new StepInputs(context.Inputs);
        source.Read(inputs);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Steps; i++)
            source.Read(inputs);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Steps / 2);
    }

    [Theory]
    [InlineData("mqtt://localhost/a,format=xml", "format=xml")]
    [InlineData("mqtt://localhost/a,session=keep", "needs a name")]
    public void A_name_that_does_not_make_sense_is_refused(string name, string problem)
    {
        var error = Assert.Throws<EdgeSeqException>(() => SourceCatalog.Open(name, Inputs.Context(Inputs.Floats(1))));

        Assert.Equal(ErrorCodes.OptionInvalid, error.Code);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private static List<(float[] Values, SampleMark Mark)> Read(SourceContext context, int steps, string options,
        params ReadOnlySpan<string> messages)
    {
        using var broker = new FakeBroker();
        foreach (var message in messages)
            broker.ToSubscriber.Enqueue(Encoding.UTF8.GetBytes(message));
        return Read(broker, context, steps, options);
    }

    private static List<(float[] Values, SampleMark Mark)> Read(FakeBroker broker, SourceContext context, int steps, string options)
    {
        using var source = SourceCatalog.Open($"mqtt://127.0.0.1:{broker.Port}/a{options}", context);
        var inputs = new StepInputs(context.Inputs);
        var read = new List<(float[], SampleMark)>();
        for (var i = 0; i < steps; i++)
        {
            Assert.Equal(SourceStep.Step, source.Read(inputs));
            read.Add((inputs.Floats(0).ToArray(), inputs.Mark));
        }

        return read;
    }
}
