using System.Text.Json.Nodes;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Sessions;

/// <summary>Programs of four steps for each element of the input: at step t the input plus 10 · (t mod 4), and its sum so far.</summary>
public class InputRateTests
{
    private const int InputRate = 4;

    [Fact]
    public void A_call_takes_one_element_and_gives_as_many_as_each_output_has()
    {
        using var model = Load(Program());
        Assert.Equal((1, 0, 5L), (model.Chunk, model.Delay, model.MaxSteps));
        Assert.Equal(50, model.RateHz);
        Assert.Equal([1], model.Inputs[0].Shape);
        Assert.Equal([[4, 1], [2, 1], [1, 1]], model.Outputs.Select(output => output.Shape));
        Assert.Equal([4, 2, 1], model.Outputs.Select(output => output.Elements));
        Assert.Equal([(1, 0), (1, 0), (2, 0)], model.Outputs.Select(output => (output.Rate, output.Offset)));

        using var session = model.CreateSession();
        var y = new float[InputRate];
        Assert.True(session.Step([1], y));
        Assert.Equal([1, 11, 21, 31], y);
        Assert.Equal([1, 21], session.Output(1).ToArray());
        Assert.Equal([1], session.Output(2).ToArray());
        Assert.True(session.Step([2], y));
        Assert.Equal([2, 12, 22, 32], y);
        Assert.False(session.IsReady(2));
        Assert.Equal(2, session.StepCount);
        Assert.True(session.Step([3], y));
        Assert.Equal([1 + 2 + 3], session.Output(2).ToArray());
    }

    [Fact]
    public void Calls_of_several_elements_give_the_same()
    {
        using Model single = Load(Program()), chunked = Load(Program(), program => program["chunk"] = 2 * InputRate);
        Assert.Equal((2, 2L, 25), (chunked.Chunk, chunked.MaxSteps, chunked.RateHz));
        Assert.Equal([2, 1], chunked.Inputs[0].Shape);
        Assert.Equal([[8, 1], [4, 1], [1, 1]], chunked.Outputs.Select(output => output.Shape));
        using Session one = single.CreateSession(), two = chunked.CreateSession();
        for (var call = 0; call < 2; call++)
        {
            float[] expected = [.. Step(one, 2 * call), .. Step(one, 2 * call + 1)], actual = new float[2 * InputRate];
            Assert.True(two.Step([2 * call, 2 * call + 1], actual));
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void Members_of_a_group_get_what_they_get_alone()
    {
        using var model = Load(Program());
        using var group = model.CreateSessionGroup(2);
        using var alone = model.CreateSession();
        for (var step = 0; step < 3; step++)
        {
            group[0].Input(0)[0] = step;
            group[1].Input(0)[0] = 7 * step;
            Assert.True(group.Step());
            Assert.Equal(Step(alone, 7 * step), group[1].Output(0).ToArray());
            Assert.Equal(alone.Output(2).ToArray(), group[1].Output(2).ToArray());
        }
    }

    [Fact]
    public void The_session_ends_after_whole_elements()
    {
        using var model = Load(Program());
        using var session = model.CreateSession();
        for (var step = 0; step < 5; step++)
            Step(session, step);

        Assert.Equal(ErrorCodes.StepsExhausted, Assert.Throws<EdgeSeqException>(() => Step(session, 5)).Code);
    }

    [Fact]
    public void A_restored_session_goes_on_and_a_bad_element_is_refused_or_held()
    {
        using var model = Load(Program());
        using Session first = model.CreateSession(), second = model.CreateSession();
        Step(first, 1);
        using var state = new MemoryStream();
        first.Save(state);
        state.Position = 0;
        second.Restore(state);

        first.Input(0)[0] = float.NaN;
        Assert.True(first.Step().IsRefused);
        Assert.Equal(Step(first, 2), Step(second, 2));
        first.NonFinite = NonFiniteInput.Hold;
        first.Input(0)[0] = float.NaN;
        Assert.True(first.Step());
        Assert.Equal(Step(second, 2), first.Output(0).ToArray());
        Assert.Equal(second.Output(2).ToArray(), first.Output(2).ToArray());
    }

    [Fact]
    public void Time_goes_on_over_a_step_that_would_leave_no_number()
    {
        // 0 / 0 at the second of four steps, where the input is 1.
        var program = Divided();
        using var model = Load(program, json => json.Remove("maxSteps"));
        using var session = model.CreateSession();
        var y = new float[InputRate];
        Assert.True(session.Step([0], y));
        Assert.True(session.Step([1], y).IsRefused);
        Assert.True(session.Step([5], y));
        Assert.Equal([5, 5, 5, 5], y);
    }

    [Fact]
    public void A_flush_gives_whole_calls()
    {
        // The output is the input of two elements later, padded with 9.
        var program = new ProgramBuilder();
        int every = program.Clock(InputRate, 0), late = program.Clock(1, 2 * InputRate);
        int x = program.Input<float>("x", 1), held = program.State<float>(1), y = program.Arena<float>(1);
        Hold(program, every, x, held);
        program.Op("AfterEnd", [held], [y], ("size", 1), ("after", 0), ("value", 9f));
        program.Output<float>("y", y, late, 1);
        program.Tail(2 * InputRate - 1);
        using var model = Load(program);
        Assert.Equal(2, model.FlushSteps);

        using var session = model.CreateSession();
        var z = new float[InputRate];
        session.Step([1], z);
        session.Step([2], z);
        Assert.True(session.Step([3], z));
        Assert.Equal([3, 3, 3, 3], z);
        Assert.True(session.Flush());
        Assert.Equal([9, 9, 9, 9], session.Output(0).ToArray());
        // The last call would have three elements only.
        Assert.False(session.Flush().HasOutput);
        Assert.True(session.Flush().IsEnded);
        session.Reset();
        Assert.False(session.Step([1], z).HasOutput);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        using var model = Load(Program(), program => program.Remove("maxSteps"));
        using var session = model.CreateSession();
        var y = new float[InputRate];
        for (var step = 0; step < 100; step++)
            session.Step([step], y);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 100; step++)
            session.Step([step], y);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("inputRate", 1)]
    [InlineData("inputRate", -4)]
    [InlineData("inputRate", ProgramSpec.MaxChunk + 1)]
    [InlineData("chunk", 1)]
    [InlineData("chunk", 2)]
    [InlineData("chunk", 6)]
    public void A_call_that_is_not_of_whole_elements_is_refused(string member, int value) => RequireRefused(
        ErrorCodes.ProgramInvalid, program => program[member] = value);

    [Theory]
    [InlineData("rate", 3)]
    [InlineData("offset", 2)]
    public void An_output_that_comes_unevenly_is_refused(string member, int value) => RequireRefused(
        ErrorCodes.PortInvalid, program => program["clocks"]![1]![member] = value);

    [Fact]
    public void The_self_test_holds_as_many_elements_as_its_steps_take()
    {
        var program = Program(selfTestSteps: 6);
        program.Tensor("selftest.in.x", [1f, 2f], 2, 1);
        program.Tensor("selftest.out.y", [1f, 11, 21, 31, 2, 12], 6, 1);
        program.Tensor("selftest.out.half", [1f, 21, 2], 3, 1);
        program.Tensor("selftest.out.sum", [1f], 1, 1);
        using var sound = Load(program);
        Assert.True(sound.SelfTest().Passed);

        var longer = Program(selfTestSteps: 6);
        longer.Tensor("selftest.in.x", [1f, 2f, 3f, 4f, 5f, 6f], 6, 1);
        longer.Tensor("selftest.out.y", new float[6], 6, 1);
        longer.Tensor("selftest.out.half", new float[3], 3, 1);
        longer.Tensor("selftest.out.sum", new float[1], 1, 1);
        Assert.Equal(ErrorCodes.SelfTestInvalid, Assert.Throws<EdgeSeqException>(() => Load(longer)).Code);
    }

    /// <summary>The input; a running sum of 0 / (x - 1) at every second of four steps.</summary>
    private static ProgramBuilder Divided()
    {
        var program = new ProgramBuilder();
        int every = program.Clock(InputRate, 0), second = program.Clock(InputRate, 1);
        int x = program.Input<float>("x", 1), held = program.State<float>(1), less = program.Arena<float>(1), q = program.Arena<float>(1);
        Hold(program, every, x, held);
        Binary(program, second, "Sub", held, program.Constant([1f], 1), less);
        Binary(program, second, "Div", program.Constant([0f], 1), less, q);
        program.OpAt(second, "Running", [q, program.State<float>(2, 1)], [program.Arena<float>(1)], ("fn", "sum"), ("size", 1));
        program.Output<float>("y", held, 0, 1);
        return program;
    }

    private static void Hold(ProgramBuilder program, int clock, int x, int held) =>
        program.OpAt(clock, "Copy", [x], [held], ("shape", ProgramBuilder.List(1)), ("srcStrides", ProgramBuilder.List(1)),
            ("dstStrides", ProgramBuilder.List(1)));

    private static void Binary(ProgramBuilder program, int clock, string function, int a, int b, int y) =>
        program.OpAt(clock, "Binary", [a, b], [y], ("fn", function), ("shape", ProgramBuilder.List(1)),
            ("aStrides", ProgramBuilder.List(1)), ("bStrides", ProgramBuilder.List(1)));

    private static ProgramBuilder Program(int? selfTestSteps = null)
    {
        var program = new ProgramBuilder { MaxSteps = 5 * InputRate, SelfTestSteps = selfTestSteps };
        int half = program.Clock(InputRate / 2, 0), every = program.Clock(InputRate, 0), rare = program.Clock(2 * InputRate, 0);
        int x = program.Input<float>("x", 1), place = program.Arena<float>(1), y = program.Arena<float>(1);
        int held = program.State<float>(1), sum = program.State<float>(2, 1), total = program.Arena<float>(1);
        program.Op("Table", [program.Constant([0f, 10, 20, 30], 4, 1)], [place], ("size", 1), ("rows", InputRate), ("beyond", "wrap"));
        Hold(program, every, x, held);
        program.OpAt(every, "Running", [x, sum], [total], ("fn", "sum"), ("size", 1));
        Binary(program, 0, "Add", held, place, y);
        program.Output<float>("y", y, 0, 1);
        program.Output<float>("half", y, half, 1);
        program.Output<float>("sum", total, rare, 1);
        return program;
    }

    private static Model Load(ProgramBuilder builder, Action<JsonObject>? change = null)
    {
        var program = builder.Program();
        program["inputRate"] = InputRate;
        program["rateHz"] = 50;
        change?.Invoke(program);
        return Model.Load(builder.Build(program.ToJsonString()), "test.eseq");
    }

    private static void RequireRefused(ErrorCode code, Action<JsonObject> change) =>
        Assert.Equal(code, Assert.Throws<EdgeSeqException>(() => Load(Program(), change)).Code);

    private static float[] Step(Session session, float x)
    {
        var y = new float[InputRate];
        Assert.True(session.Step([x], y));
        return y;
    }
}
