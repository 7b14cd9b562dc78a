using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Sessions;

/// <summary>Calls of several steps give the bits of single steps, whether ops do them one by one or side by side.</summary>
public class ChunkTests
{
    /// <summary>More than are done side by side.</summary>
    private const int Chunk = GroupFrame.MaxMembers + 8;

    private const int Calls = 3;

    public static TheoryData<string> Ops => OpCatalogue.All;

    public static TheoryData<string> Weights => WeightPrograms.All;

    [Theory]
    [MemberData(nameof(Ops))]
    public void A_call_gives_the_bits_of_its_steps_whatever_the_op(string op)
    {
        RequireBitsOfSteps(OpCatalogue.Program(op), isShared: null);
        RequireBitsOfSteps(WithSharedProduct(OpCatalogue.Program(op)), isShared: true);
    }

    [Theory]
    [MemberData(nameof(Weights))]
    public void A_call_gives_the_bits_of_its_steps_whatever_the_weights(string program)
    {
        RequireBitsOfSteps(WeightPrograms.Program(program), isShared: null);
        RequireBitsOfSteps(WithSharedProduct(WeightPrograms.Program(program)), isShared: true);
    }

    [Theory]
    [MemberData(nameof(Weights))]
    public void A_call_allocates_nothing(string program)
    {
        using var model = Load(WithSharedProduct(WeightPrograms.Program(program)));
        using var session = model.CreateSession();
        session.Step();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
            session.Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void An_op_whose_state_another_op_reads_keeps_the_order_of_the_steps()
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 1);
        int state = program.State<float>(1), sum = program.Arena<float>(1), y = program.Arena<float>(1);
        program.Op("Running", [x, program.State<float>(2, 1)], [state], ("size", 1), ("fn", "Sum"));
        program.Op("Unary", [state], [sum], ("fn", "Neg"));
        program.Op("Unary", [sum], [y], ("fn", "Neg"));
        program.Output<float>("y", y, 0, 1);
        RequireBitsOfSteps(WithSharedProduct(program), isShared: true);
    }

    [Fact]
    public void An_output_that_lies_in_a_state_has_the_value_of_each_step()
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 1);
        var state = program.State<float>(1);
        program.Op("Running", [x, program.State<float>(2, 1)], [state], ("size", 1), ("fn", "Sum"));
        program.Output<float>("y", state, 0, 1);
        RequireBitsOfSteps(WithSharedProduct(program), isShared: false);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(Chunk - 1)]
    public void The_end_of_a_recording_gives_what_single_steps_give(int leftOver)
    {
        // Two calls and a part of one; three outputs come behind the end, of which the second output has every other.
        var builder = Late();
        using Model chunked = Load(builder), single = builder.Load();
        using Session calls = chunked.CreateSession(), steps = single.CreateSession();
        Assert.Equal(1, chunked.FlushSteps);
        List<float>[] expected = [[], []], actual = [[], []];
        for (var t = 0; t < (2 * Chunk) + leftOver; t++)
        {
            steps.Input(0)[0] = calls.Input(0)[t % Chunk] = t + 1;
            steps.Step();
            Add(steps, expected);
            if (t % Chunk == Chunk - 1)
            {
                calls.Step();
                Add(calls, actual);
            }
        }

        while (!steps.Flush().IsEnded)
            Add(steps, expected);
        for (var result = calls.Flush(leftOver); !result.IsEnded; result = calls.Flush())
        {
            if (result.HasOutput)
                Add(calls, actual);
        }

        Assert.Equal((2 * Chunk) + leftOver + 3, expected[0].Count);
        Assert.Equal(expected[0], actual[0]);
        Assert.Equal(expected[1], actual[1]);
        Assert.Equal(StepOutcome.Ended, calls.Flush().Outcome);
        Assert.Equal(ErrorCodes.SessionFlushed, Assert.Throws<EdgeSeqException>(() => calls.Step()).Code);
        calls.Reset();
        calls.Input(0).Fill(1);
        calls.Step();
        Assert.Equal(Chunk - 3, calls.Output(0).ToArray().Count(y => y > 0));
    }

    [Fact]
    public void Elements_of_the_end_that_are_no_numbers_are_left_out_and_a_whole_call_is_no_end()
    {
        using var model = Load(Late());
        using var session = model.CreateSession();
        session.Input(0).Fill(1);
        session.Step();
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Flush(Chunk));
        session.Input(0)[1] = float.NaN;
        Assert.True(session.Flush(2).IsRefused);
        Assert.False(session.IsReady(0));
        Assert.True(session.Flush());
        Assert.Equal([1, 1, 1], session.Output(0).ToArray());
        Assert.True(session.Flush().IsEnded);
    }

    /// <summary>The input three steps late, and every other of them.</summary>
    private static ProgramBuilder Late()
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 1);
        int late = program.Arena<float>(1), clock = program.Clock(2, 1);
        program.Op("Delay", [x, program.State<float>(3, 1)], [late], ("size", 1), ("count", 3));
        program.Output<float>("late", late, 0, 1);
        program.Tail(3);
        var other = program.Arena<float>(1);
        program.OpAt(clock, "Unary", [late], [other], ("fn", "Neg"));
        program.Output<float>("other", other, clock, 1);
        program.Tail(3);
        return program;
    }

    private static void Add(Session session, List<float>[] outputs)
    {
        for (var output = 0; output < outputs.Length; output++)
        {
            if (session.IsReady(output))
                outputs[output].AddRange(session.Output(output));
        }
    }

    private static ProgramBuilder WithSharedProduct(ProgramBuilder program)
    {
        var y = program.Arena<float>(16);
        program.Op("Linear", [program.Input<float>("more", 4), program.Constant(Values.Random(16 * 4))], [y], ("rows", 16), ("columns", 4));
        program.Output<float>("product", y, 0, 16);
        return program;
    }

    private static Model Load(ProgramBuilder builder)
    {
        var program = builder.Program();
        program["chunk"] = Chunk;
        return Model.Load(builder.Build(program.ToJsonString()), "chunk");
    }

    /// <summary>Calls on inputs of which some are huge, so that steps are refused, beside single steps.</summary>
    private static void RequireBitsOfSteps(ProgramBuilder builder, bool? isShared)
    {
        using Model chunked = Load(builder), single = builder.Load();
        if (isShared is { } expected)
            Assert.Equal(expected, chunked.Layout.SideBySide > 1);
        using Session calls = chunked.CreateSession(), steps = single.CreateSession();
        for (var call = 0; call < Calls && (call + 1) * Chunk <= (single.MaxSteps ?? int.MaxValue); call++)
        {
            var expectedOutputs = single.Outputs.Select(_ => new List<string>()).ToArray();
            var refused = 0;
            for (var part = 0; part < Chunk; part++)
            {
                Driver.Fill(single, steps, (call * Chunk) + part);
                if (call == 1 && part % 7 == 3)
                    Enlarge(single, steps);
                Give(single, steps, calls, part);
                steps.Step();
                refused += steps.LastStepRefused ? 1 : 0;
                for (var output = 0; output < expectedOutputs.Length; output++)
                {
                    if (steps.IsReady(output))
                        expectedOutputs[output].Add(Bits(single, steps, output));
                }
            }

            calls.Step();
            Assert.Equal(refused > 0, calls.LastStepRefused);
            Assert.Equal(steps.RefusedSteps, calls.RefusedSteps);
            for (var output = 0; output < expectedOutputs.Length; output++)
            {
                var isWhole = refused == 0 && expectedOutputs[output].Count == chunked.Outputs[output].Elements;
                Assert.Equal(isWhole, calls.IsReady(output));
                if (isWhole)
                    Assert.Equal(string.Join(' ', expectedOutputs[output]), Bits(chunked, calls, output));
            }
        }

        Assert.Equal(Saved(steps), Saved(calls));
    }

    private static void Enlarge(Model model, Session session)
    {
        for (var input = 0; input < model.Inputs.Count; input++)
        {
            if (model.Inputs[input].Type != ElementType.F32)
                continue;
            foreach (ref var x in session.Input(input))
                x *= 3e38f;
        }
    }

    /// <summary>Gives a call the inputs of a step as one of its parts.</summary>
    private static void Give(Model single, Session step, Session call, int part)
    {
        for (var input = 0; input < single.Inputs.Count; input++)
        {
            var length = single.Inputs[input].Length;
            if (single.Inputs[input].Type == ElementType.F32)
                step.Input(input).CopyTo(call.Input(input)[(part * length)..]);
            else
                step.InputI64(input).CopyTo(call.InputI64(input)[(part * length)..]);
        }
    }

    private static string Bits(Model model, Session session, int output) => model.Outputs[output].Type == ElementType.F32
        ? string.Join(' ', session.Output(output).ToArray().Select(BitConverter.SingleToInt32Bits))
        : string.Join(' ', session.OutputI64(output).ToArray());

    /// <summary>The state, without the last good inputs, of which calls have more, and what says which program it is.</summary>
    private static byte[] Saved(Session session)
    {
        const int IdentityBytes = 44, SizesBytes = 20;
        using var stream = new MemoryStream();
        session.Save(stream);
        var bytes = stream.ToArray();
        var state = (int)BitConverter.ToInt64(bytes, IdentityBytes);
        return bytes[(IdentityBytes + SizesBytes)..(IdentityBytes + SizesBytes + state)];
    }
}
