using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Hosting.Tests;

/// <summary>Asynchronous streams give what a session gives.</summary>
public sealed class StreamTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_sample_gives_its_output_in_an_array_of_its_own()
    {
        using var file = new ProgramFile(SmallPrograms.Delayed());
        using var model = New(file);
        var outputs = await model.RunAsync(Samples<float[]>([1, 2], [3, 4], [5, 6]), Cancellation).ToListAsync(Cancellation);
        Assert.Equal([1L, 2, 3], outputs.Select(output => output.Step));
        Assert.Equal([[0f, 0], [1, 2], [3, 4]], outputs.Select(output => output.Values));
    }

    [Fact]
    public async Task Steps_without_an_output_give_none()
    {
        using var file = new ProgramFile(SmallPrograms.EveryThird());
        using var model = New(file);
        var samples = Enumerable.Range(1, 7).Select(i => (ReadOnlyMemory<float>)new float[] { i }).ToArray();
        var outputs = await model.RunAsync(Samples(samples), Cancellation).ToListAsync(Cancellation);
        Assert.Equal([(3L, -3f), (6L, -6f)], outputs.Select(output => (output.Step, output.Values[0])));
    }

    [Fact]
    public async Task Ids_go_the_same_way()
    {
        using var file = new ProgramFile(SmallPrograms.Embedding());
        using var model = New(file);
        var outputs = await model.RunAsync(Samples(3L, 0), Cancellation).ToListAsync(Cancellation);
        Assert.Equal([40f, 10], outputs.Select(output => output.Values[0]));
    }

    [Fact]
    public async Task What_a_delay_holds_comes_at_the_end()
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 1);
        var y = program.Arena<float>(1);
        program.Op("AfterEnd", [x], [y], ("size", 1), ("after", 0), ("value", 9f));
        program.Output<float>("y", y, program.Clock(1, 1), 1);
        program.Tail(1);
        using var file = new ProgramFile(program);
        using var model = New(file);
        var outputs = await model.RunAsync(Samples<float[]>([1], [2]), Cancellation).ToListAsync(Cancellation);
        Assert.Equal([2f, 9], outputs.Select(output => output.Values[0]));
    }

    [Fact]
    public async Task A_stream_ends_when_it_is_told_to()
    {
        using var file = new ProgramFile(SmallPrograms.Delayed());
        using var model = New(file);
        using var stop = new CancellationTokenSource();
        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var output in model.RunAsync(Endless(stop.Token), stop.Token))
            {
                if (++seen == 3)
                    await stop.CancelAsync();
            }
        });
        Assert.Equal(3, seen);
    }

    [Fact]
    public async Task A_sample_of_another_length_is_the_callers_error()
    {
        using var file = new ProgramFile(SmallPrograms.Delayed());
        using var model = New(file);
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await model.RunAsync(Samples<float[]>([1, 2, 3]), Cancellation).ToListAsync(Cancellation));
    }

    private static HostedModel New(ProgramFile file) => new(new EdgeSeqOptions { Program = file.Path });

    private static async IAsyncEnumerable<T> Samples<T>(params T[] samples)
    {
        foreach (var sample in samples)
        {
            await Task.Yield();
            yield return sample;
        }
    }

    private static async IAsyncEnumerable<float[]> Endless(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Yield();
            cancellation.ThrowIfCancellationRequested();
            yield return [1, 2];
        }
    }
}
