using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Sessions;

public class StepToOutputTests
{
    private const int Size = 2;
    private const int Steps = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(Steps)]
    public void Gives_what_single_steps_give_however_the_input_is_cut(int chunk)
    {
        using var model = Windows(length: 5, hop: 3);
        using var single = model.CreateSession();
        using var session = model.CreateSession();
        var inputs = Values.Random(Steps * Size, 1);
        var expected = new List<float[]>();
        var y = new float[5 * Size];
        for (var step = 0; step < Steps; step++)
        {
            if (single.Step(inputs.AsSpan(step * Size, Size), y))
                expected.Add([single.StepCount, .. y]);
        }

        var actual = new List<float[]>();
        foreach (var part in inputs.Chunk(chunk * Size))
        {
            for (var left = part.AsSpan(); !left.IsEmpty;)
            {
                if (session.StepToOutput(left, y, out var steps))
                    actual.Add([session.StepCount, .. y]);
                left = left[(steps * Size)..];
            }
        }

        Assert.Equal(expected, actual);
        Assert.Equal(Snapshot(single), Snapshot(session));
    }

    [Theory]
    [InlineData(NonFiniteInput.Refuse)]
    [InlineData(NonFiniteInput.Hold)]
    public void Stops_where_a_step_is_refused_and_holds_where_that_is_wanted(NonFiniteInput policy)
    {
        using var model = Windows(length: 5, hop: 20);
        using var single = model.CreateSession();
        using var session = model.CreateSession();
        single.NonFinite = session.NonFinite = policy;
        var inputs = Values.Random(12 * Size, 1);
        inputs[7 * Size] = float.NaN;
        var y = new float[5 * Size];
        for (var step = 0; step < 12; step++)
            single.Step(inputs.AsSpan(step * Size, Size), y);

        Assert.True(session.StepToOutput(inputs, y, out var steps));
        Assert.Equal(5, steps);
        var result = session.StepToOutput(inputs.AsSpan(5 * Size), y, out steps);
        if (policy == NonFiniteInput.Refuse)
        {
            Assert.True(result.IsRefused);
            Assert.Equal(3, steps);
            session.StepToOutput(inputs.AsSpan(8 * Size), y, out _);
        }

        Assert.Equal(Snapshot(single), Snapshot(session));
        Assert.Equal(single.RefusedSteps, session.RefusedSteps);
        Assert.Equal(single.HeldSteps, session.HeldSteps);
    }

    [Fact]
    public void Programs_that_work_at_every_step_do_so_here()
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 1);
        var y = program.Arena<float>(1);
        program.Op("Unary", [x], [y], ("fn", "Neg"));
        program.Output<float>("y", y, 0, 1);
        using var model = program.Load();
        using var session = model.CreateSession();
        var output = new float[1];

        Assert.True(session.StepToOutput([1f, 2f, 3f], output, out var steps));

        Assert.Equal(1, steps);
        Assert.Equal([-1f], output);
        Assert.Equal(StepOutcome.NotYet, session.StepToOutput([], output, out steps).Outcome);
        Assert.Equal(0, steps);
    }

    [Fact]
    public void Refuses_parts_of_an_element_and_steps_past_the_last_position()
    {
        using var model = Windows(length: 2, hop: 4, maxSteps: 6);
        using var session = model.CreateSession();
        var y = new float[2 * Size];

        Assert.Throws<ArgumentException>(() => session.StepToOutput(new float[3], y, out _));
        Assert.True(session.StepToOutput(new float[12 * Size], y, out var steps));
        Assert.Equal(2, steps);
        Assert.True(session.StepToOutput(new float[10 * Size], y, out steps));
        Assert.Equal(4, steps);
        var error = Assert.Throws<EdgeSeqException>(() => session.StepToOutput(new float[6 * Size], y, out _));
        Assert.Equal(ErrorCodes.StepsExhausted, error.Code);
    }

    /// <summary>The last elements, every few steps.</summary>
    private static Model Windows(int length, int hop, long? maxSteps = null)
    {
        var program = new ProgramBuilder { MaxSteps = maxSteps };
        var x = program.Input<float>("x", Size);
        var ring = program.State<float>(length, Size);
        var y = program.Arena<float>(length, Size);
        program.Op("Push", [x, ring], [], ("size", Size), ("length", length));
        var clock = program.Clock(hop, length - 1);
        program.OpAt(clock, "Window", [-1, ring], [y], ("outer", 1), ("length", length), ("inner", Size), ("push", 0), ("inputRate", 1),
            ("inputOffset", 0));
        program.Output<float>("y", y, clock, length, Size);
        return program.Load();
    }

    private static byte[] Snapshot(Session session)
    {
        using var stream = new MemoryStream();
        session.Save(stream);
        return stream.ToArray();
    }
}
