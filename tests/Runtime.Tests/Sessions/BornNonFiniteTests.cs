using System.Text.Json.Nodes;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Sessions;

/// <summary>Inputs that are finite, and a NaN or an infinity that comes of them: it never stays in a state.</summary>
public sealed class BornNonFiniteTests
{
    private const int Steps = 24;

    public static TheoryData<string> Ops => OpCatalogue.All;

    public static TheoryData<string> Weights => WeightPrograms.All;

    [Theory]
    [MemberData(nameof(Ops))]
    public void A_refused_step_leaves_nothing_behind_whatever_the_op(string op) => RequireNothingLeft(OpCatalogue.Program(op));

    [Theory]
    [MemberData(nameof(Weights))]
    public void A_refused_step_leaves_nothing_behind_whatever_the_weights(string program) =>
        RequireNothingLeft(WeightPrograms.Program(program));

    [Fact]
    public void A_sum_that_overflows_refuses_the_step_and_is_counted()
    {
        using var model = Sum().Load();
        using var session = model.CreateSession();
        var output = new float[] { 7 };
        session.Step([3e38f], output);

        Assert.Equal(StepOutcome.Refused, session.Step([3e38f], output).Outcome);
        Assert.True(session.LastStepRefused);
        Assert.Equal(1, session.RefusedSteps);
        Assert.Equal(1, session.StepCount);
        Assert.False(session.IsReady(0));

        Assert.True(session.Step([-1e38f], output));
        Assert.Equal([3e38f + -1e38f], output);
    }

    [Fact]
    public void Hold_does_the_step_with_the_last_good_inputs_instead()
    {
        using var model = Sum().Load();
        using var session = model.CreateSession();
        session.NonFinite = NonFiniteInput.Hold;
        var output = new float[1];
        // Powers of two, whose sums are exact.
        float large = MathF.ScaleB(1.5f, 127), small = MathF.ScaleB(-1, 126);
        session.Step([large], output);
        session.Step([small], output);

        Assert.True(session.Step([large], output));
        Assert.Equal([large + small + small], output);
        Assert.Equal(1, session.HeldSteps);
        Assert.Equal(0, session.RefusedSteps);
        Assert.Equal(3, session.StepCount);
    }

    [Fact]
    public void What_a_delay_overwrote_comes_back_when_another_state_overflows()
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 1);
        var y = program.Arena<float>(1);
        program.Op("Delay", [x, program.State<float>(2, 1)], [y], ("size", 1), ("count", 2));
        program.Output<float>("y", y, 0, 1);
        var sum = program.Arena<float>(1);
        program.Op("Running", [x, program.State<float>(2, 1)], [sum], ("size", 1), ("fn", "Sum"));
        program.Output<float>("sum", sum, 0, 1);
        using var model = program.Load();
        using var session = model.CreateSession();
        var output = new float[1];
        session.Step([2e38f], output);
        session.Step([1], output);

        Assert.True(session.Step([2e38f], output).IsRefused);
        Assert.True(session.Step([3], output));
        Assert.Equal([2e38f], output);
    }

    [Fact]
    public void A_largest_element_may_be_infinite()
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 1);
        var log = program.Arena<float>(1);
        var y = program.Arena<float>(1);
        program.Op("Unary", [x], [log], ("fn", "Log"));
        program.Op("Running", [log, program.State<float>(1)], [y], ("size", 1), ("fn", "Max"));
        program.Output<float>("y", y, 0, 1);
        using var model = program.Load();
        using var session = model.CreateSession();
        var output = new float[1];

        Assert.True(session.Step([0], output));
        Assert.Equal([float.NegativeInfinity], output);
        Assert.True(session.Step([1], output));
        Assert.Equal([0], output);
        Assert.True(session.Step([-1], output).IsRefused);
    }

    [Theory]
    [InlineData(float.NegativeInfinity, true)]
    [InlineData(0, false)]
    public void A_state_may_hold_the_infinities_of_the_program_itself_and_no_others(float constant, bool mayHold)
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 1);
        int least = program.Arena<float>(1), sum = program.Arena<float>(1), late = program.Arena<float>(1);
        program.Op("Binary", [x, program.Constant([constant])], [least], ("fn", "Min"), ("shape", new JsonArray(1)),
            ("aStrides", new JsonArray(1)), ("bStrides", new JsonArray(1)));
        program.Op("Binary", [least, least], [sum], ("fn", "Add"), ("shape", new JsonArray(1)), ("aStrides", new JsonArray(1)),
            ("bStrides", new JsonArray(1)));
        program.Op("Delay", [sum, program.State<float>(1, 1)], [late], ("size", 1), ("count", 1));
        program.Output<float>("y", late, 0, 1);
        using var model = program.Load();
        using var session = model.CreateSession();
        var output = new float[1];

        Assert.Equal(!mayHold, session.Step([-3e38f], output).IsRefused);
        session.Step([1], output);
        Assert.Equal([mayHold ? constant : 0], output);
    }

    [Fact]
    public void Only_the_member_of_a_group_that_overflows_is_refused()
    {
        using var model = Sum().Load();
        using var group = model.CreateSessionGroup(2);
        group[0].Input(0)[0] = 3e38f;
        group[1].Input(0)[0] = 1;
        group.Step();

        Assert.True(group.Step());
        Assert.True(group[0].LastStepRefused);
        Assert.False(group[1].LastStepRefused);
        Assert.Equal(1, group[0].StepCount);
        Assert.Equal([2], group[1].Output(0));
    }

    private static ProgramBuilder Sum()
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 1);
        var y = program.Arena<float>(1);
        program.Op("Running", [x, program.State<float>(2, 1)], [y], ("size", 1), ("fn", "Sum"));
        program.Output<float>("y", y, 0, 1);
        return program;
    }

    /// <summary>Steps on huge inputs, some of which are refused, beside a session that is never given those.</summary>
    private static void RequireNothingLeft(ProgramBuilder program)
    {
        using var model = program.Load();
        using var session = model.CreateSession();
        using var other = model.CreateSession();
        for (var t = 0; t < Steps; t++)
        {
            Fill(model, session, t);
            session.Step();
            if (!session.LastStepRefused)
            {
                Fill(model, other, t);
                other.Step();
                Assert.Equal(Driver.Outputs(model, other), Driver.Outputs(model, session));
            }

            RequireNoNaN(session, model);
        }

        Assert.Equal(other.StepCount, session.StepCount);
    }

    /// <summary>Each third step is as large as can be.</summary>
    private static void Fill(Model model, Session session, int t)
    {
        Driver.Fill(model, session, t);
        for (var i = 0; i < model.Inputs.Count && t % 3 == 1; i++)
        {
            if (model.Inputs[i].Type != ElementType.F32)
                continue;
            foreach (ref var x in session.Input(i))
                x *= 3e38f;
        }
    }

    /// <summary>A snapshot with a NaN would not be taken back.</summary>
    private static void RequireNoNaN(Session session, Model model)
    {
        using var stream = new MemoryStream();
        session.Save(stream);
        stream.Position = 0;
        using var restored = model.CreateSession();
        restored.Restore(stream);
    }
}
