using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Sessions;

public class SessionTests
{
    [Fact]
    public void A_step_takes_the_input_and_gives_the_output()
    {
        using var model = Delayed(1).Load();
        using var session = model.CreateSession();
        var output = new float[2];

        Assert.True(session.Step([1, 2], output));
        Assert.Equal([0, 0], output);
        Assert.True(session.Step([3, 4], output));
        Assert.Equal([1, 2], output);
        Assert.Equal(2, session.StepCount);
    }

    /// <summary>x [2] → the x of <paramref name="count"/> steps ago.</summary>
    private static ProgramBuilder Delayed(int count, long? maxSteps = null)
    {
        var program = new ProgramBuilder { MaxSteps = maxSteps };
        var x = program.Input<float>("x", 2);
        var ring = program.State<float>(count, 2);
        var y = program.Arena<float>(2);
        program.Op("Delay", [x, ring], [y], ("size", 2), ("count", count));
        program.Output<float>("y", y, 0, 2);
        return program;
    }
}
