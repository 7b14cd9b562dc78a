using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Sessions;

public class SessionGroupTests
{
    /// <summary>More than one pass over the weights serves.</summary>
    private const int Members = GroupFrame.MaxMembers + 3;

    private const int Rounds = 8;

    public static TheoryData<string> Ops => OpCatalogue.All;

    public static TheoryData<string> Weights => WeightPrograms.All;

    [Theory]
    [MemberData(nameof(Ops))]
    public void Members_get_the_bits_of_lone_sessions_whatever_the_op(string op) => RequireBitsOfLoneSessions(OpCatalogue.Program(op));

    [Theory]
    [MemberData(nameof(Weights))]
    public void Members_get_the_bits_of_lone_sessions_whatever_the_weights(string program) =>
        RequireBitsOfLoneSessions(WeightPrograms.Program(program));

    [Theory]
    [MemberData(nameof(Weights))]
    public void A_step_allocates_nothing(string program)
    {
        using var model = WeightPrograms.Program(program).Load();
        using var group = model.CreateSessionGroup(Members);
        var chosen = Chosen(1);
        group.Step();
        group.Step(chosen);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
        {
            group.Step();
            group.Step(chosen);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_member_left_out_stays_as_it_was_with_its_outputs()
    {
        using var model = Lstm();
        using var group = model.CreateSessionGroup(2);
        Fill(model, group, 0);
        group.Step();
        var before = Driver.Outputs(model, group[1]);

        group.Step([true, false]);
        Assert.Equal(2, group[0].StepCount);
        Assert.Equal(1, group[1].StepCount);
        Assert.Equal(before, Driver.Outputs(model, group[1]));
    }

    [Fact]
    public void A_refused_input_of_one_member_refuses_its_step_only()
    {
        using var model = Lstm();
        using var group = model.CreateSessionGroup(3);
        using var lone = model.CreateSession();
        Fill(model, group, 0);
        group[1].Input(0)[0] = float.NaN;

        Assert.True(group.Step());
        Assert.True(group[1].LastStepRefused);
        Assert.False(group[1].IsReady(0));
        Assert.Equal([1, 0, 1], StepCounts(group));
        Assert.Equal(1, group[1].RefusedSteps);

        Fill(model, group, 1);
        group.Step();
        Assert.Equal(Driver.Step(model, lone, InputOf(1, 1)), Driver.Outputs(model, group[1]));
    }

    [Fact]
    public void A_round_of_refused_steps_produces_nothing()
    {
        using var model = Lstm();
        using var group = model.CreateSessionGroup(2);
        group[0].Input(0)[0] = float.NaN;

        Assert.Equal(StepOutcome.Refused, group.Step([true, false]).Outcome);
        Assert.Equal(StepOutcome.NotYet, group.Step([false, false]).Outcome);
    }

    [Fact]
    public void A_member_that_is_reset_starts_anew_and_the_others_go_on()
    {
        using var model = Lstm();
        using var group = model.CreateSessionGroup(2);
        using var lone = model.CreateSession();
        for (var round = 0; round < 3; round++)
        {
            Fill(model, group, round);
            group.Step();
        }

        group[0].Reset();
        Fill(model, group, 3);
        group.Step();
        Assert.Equal([1, 4], StepCounts(group));
        Assert.Equal(Driver.Step(model, lone, InputOf(3, 0)), Driver.Outputs(model, group[0]));
    }

    [Fact]
    public void A_member_goes_on_from_a_lone_sessions_snapshot_bit_for_bit()
    {
        using var model = Lstm();
        using var group = model.CreateSessionGroup(2);
        using var lone = model.CreateSession();
        Driver.Steps(model, lone, 0, 5);
        var snapshot = new MemoryStream();
        lone.Save(snapshot);
        snapshot.Position = 0;

        group[1].Restore(snapshot);
        Fill(model, group, 0);
        group.Step();
        Assert.Equal([1, 6], StepCounts(group));
        Assert.Equal(Driver.Step(model, lone, InputOf(0, 1)), Driver.Outputs(model, group[1]));
    }

    [Fact]
    public void A_member_past_its_positions_is_named_and_no_member_steps()
    {
        using var model = Embedding(maxSteps: 2).Load();
        using var group = model.CreateSessionGroup(3);
        group.Step();
        group.Step([false, true, false]);

        var e = Assert.Throws<EdgeSeqException>(() => group.Step());
        Assert.Equal(ErrorCodes.StepsExhausted, e.Code);
        Assert.StartsWith("member 1 of the group: ", e.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 1], StepCounts(group));

        group.Step([true, false, true]);
        Assert.Equal([2, 2, 2], StepCounts(group));
    }

    [Fact]
    public void A_member_with_an_id_outside_its_table_is_named_and_no_member_steps()
    {
        using var model = Embedding().Load();
        using var group = model.CreateSessionGroup(3);
        group[2].InputI64(0)[0] = 4;

        var e = Assert.Throws<EdgeSeqException>(() => group.Step());
        Assert.Equal(ErrorCodes.IdOutOfRange, e.Code);
        Assert.StartsWith("member 2 of the group: ", e.Message, StringComparison.Ordinal);
        Assert.Equal([0, 0, 0], StepCounts(group));
    }

    [Fact]
    public void A_choice_of_another_length_is_refused_and_both_lengths_are_named()
    {
        using var model = Lstm();
        using var group = model.CreateSessionGroup(2);

        var e = Assert.Throws<ArgumentException>(() => group.Step([true]));
        Assert.Contains("1 elements", e.Message, StringComparison.Ordinal);
        Assert.Contains("2 members", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_has_at_least_one_member()
    {
        using var model = Lstm();

        Assert.Throws<ArgumentOutOfRangeException>(() => model.CreateSessionGroup(0));
    }

    [Fact]
    public void A_disposed_group_refuses_to_step_and_has_disposed_its_members()
    {
        using var model = Lstm();
        var group = model.CreateSessionGroup(1);
        group.Dispose();

        Assert.Throws<ObjectDisposedException>(() => group.Step());
        Assert.Throws<ObjectDisposedException>(() => group[0].Step());
    }

    /// <summary>Rounds with other members each, so that they come to be at different steps; every third round has them all.</summary>
    private static void RequireBitsOfLoneSessions(ProgramBuilder program)
    {
        using var model = program.Load();
        using var group = model.CreateSessionGroup(Members);
        var lone = Enumerable.Range(0, Members).Select(_ => model.CreateSession()).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            var chosen = Chosen(round);
            Fill(model, group, round);
            if (round % 3 == 0)
                group.Step();
            else
                group.Step(chosen);

            for (var i = 0; i < Members; i++)
            {
                if (round % 3 == 0 || chosen[i])
                    Assert.Equal(Driver.Step(model, lone[i], InputOf(round, i)), Driver.Outputs(model, group[i]));
                Assert.Equal(lone[i].StepCount, group[i].StepCount);
            }
        }

        for (var i = 0; i < Members; i++)
        {
            Assert.Equal(Snapshot(lone[i]), Snapshot(group[i]));
            lone[i].Dispose();
        }
    }

    /// <summary>About three members of four in each round.</summary>
    private static bool[] Chosen(int round) => [.. Enumerable.Range(0, Members).Select(i => ((i * 7) + round) % 4 != 0)];

    private static void Fill(Model model, SessionGroup group, int round)
    {
        for (var i = 0; i < group.Count; i++)
            Driver.Fill(model, group[i], InputOf(round, i));
    }

    /// <summary>No two members get the same inputs.</summary>
    private static int InputOf(int round, int member) => (round * Members) + member;

    private static byte[] Snapshot(Session session)
    {
        var stream = new MemoryStream();
        session.Save(stream);
        return stream.ToArray();
    }

    private static long[] StepCounts(SessionGroup group) => [.. Enumerable.Range(0, group.Count).Select(i => group[i].StepCount)];

    private static Model Lstm() => WeightPrograms.Program("LSTM int8").Load();

    /// <summary>id → row of a table with 4 rows.</summary>
    private static ProgramBuilder Embedding(long? maxSteps = null)
    {
        var program = new ProgramBuilder { MaxSteps = maxSteps };
        var y = program.Arena<float>(1);
        program.Op("Gather", [program.Constant<float>([10, 20, 30, 40]), program.Input<long>("id", 1)], [y], ("rows", 4), ("inner", 1));
        program.Output<float>("y", y, 0, 1);
        return program;
    }
}
