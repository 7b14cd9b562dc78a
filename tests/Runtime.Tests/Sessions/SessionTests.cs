using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Sessions;

public class SessionTests
{
    [Fact]
    public void A_step_takes_the_input_and_gives_the_output()
    {
        using var model = SmallPrograms.Delayed().Load();
        using var session = model.CreateSession();
        var output = new float[2];

        Assert.True(session.Step([1, 2], output));
        Assert.Equal([0, 0], output);
        Assert.True(session.Step([3, 4], output));
        Assert.Equal([1, 2], output);
        Assert.Equal(2, session.StepCount);
    }

    [Fact]
    public void Sessions_of_one_model_do_not_share_state()
    {
        using var model = SmallPrograms.Delayed().Load();
        using var a = model.CreateSession();
        using var b = model.CreateSession();
        var output = new float[2];

        a.Step([1, 2], output);
        b.Step([3, 4], output);
        a.Step([5, 6], output);
        Assert.Equal([1, 2], output);
    }

    [Fact]
    public void Reset_goes_back_to_the_initial_state()
    {
        using var model = SmallPrograms.Delayed().Load();
        using var session = model.CreateSession();
        var output = new float[2];
        session.Step([1, 2], output);

        session.Reset();
        session.Step([3, 4], output);
        Assert.Equal([0, 0], output);
        Assert.Equal(1, session.StepCount);
    }

    [Fact]
    public void A_session_outlives_its_disposed_model()
    {
        var model = SmallPrograms.Delayed().Load();
        using var session = model.CreateSession();
        model.Dispose();
        var output = new float[2];

        Assert.True(session.Step([1, 2], output));
        Assert.Throws<ObjectDisposedException>(() => model.CreateSession());
    }

    [Fact]
    public void A_disposed_session_refuses_to_step()
    {
        using var model = SmallPrograms.Delayed().Load();
        var session = model.CreateSession();
        session.Dispose();

        Assert.Throws<ObjectDisposedException>(() => session.Step());
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    public void A_span_of_another_length_is_refused_and_both_lengths_are_named(int inputs, int outputs)
    {
        using var model = SmallPrograms.Delayed().Load();
        using var session = model.CreateSession();

        var e = Assert.Throws<ArgumentException>(() => session.Step(new float[inputs], new float[outputs]));
        Assert.Contains(inputs == 1 ? "1 elements" : "3 elements", e.Message);
        Assert.Contains("has 2", e.Message);
        Assert.Equal(0, session.StepCount);
    }

    [Fact]
    public void An_output_of_a_slower_clock_is_ready_at_its_ticks_only()
    {
        using var model = SmallPrograms.EveryThird().Load();
        using var session = model.CreateSession();
        var output = new float[1];

        Assert.Equal(
            [StepOutcome.NotYet, StepOutcome.NotYet, StepOutcome.Output, StepOutcome.NotYet, StepOutcome.NotYet, StepOutcome.Output],
            Enumerable.Range(0, 6).Select(t => session.Step([t], output).Outcome));
        Assert.Equal([-5], output);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_step_with_a_number_that_is_not_finite_is_refused_and_counted(float bad)
    {
        using var model = SmallPrograms.Delayed().Load();
        using var session = model.CreateSession();
        var output = new float[] { 7, 7 };

        Assert.Equal(StepOutcome.Refused, session.Step([1, bad], output).Outcome);
        Assert.True(session.LastStepRefused);
        Assert.Equal(1, session.RefusedSteps);
        Assert.Equal(0, session.StepCount);
        Assert.Equal([7, 7], output);

        Assert.True(session.Step([1, 2], output));
        Assert.False(session.LastStepRefused);
        Assert.Equal([0, 0], output);
    }

    [Fact]
    public void Hold_uses_the_last_good_inputs_again_and_counts()
    {
        using var model = SmallPrograms.Delayed().Load();
        using var session = model.CreateSession();
        session.NonFinite = NonFiniteInput.Hold;
        var output = new float[2];

        Assert.False(session.Step([float.NaN, 0], output));
        session.Step([1, 2], output);
        Assert.True(session.Step([3, float.NaN], output));
        session.Step([5, 6], output);
        Assert.Equal([1, 2], output);
        Assert.Equal(1, session.RefusedSteps);
        Assert.Equal(1, session.HeldSteps);
        Assert.Equal(3, session.StepCount);
    }

    [Fact]
    public void A_stream_longer_than_the_models_positions_is_refused_and_the_state_kept()
    {
        using var model = SmallPrograms.Delayed(maxSteps: 2).Load();
        using var session = model.CreateSession();
        var output = new float[2];
        session.Step([1, 2], output);
        session.Step([3, 4], output);

        var e = Assert.Throws<EdgeSeqException>(() => session.Step([5, 6], output));
        Assert.Equal(ErrorCodes.StepsExhausted, e.Code);
        Assert.Equal(2, session.StepCount);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-5)]
    [InlineData(long.MaxValue)]
    public void An_id_outside_its_table_is_refused_and_the_state_kept(long id)
    {
        using var model = SmallPrograms.Embedding(throughCopy: true).Load();
        using var session = model.CreateSession();
        session.InputI64(0)[0] = id;

        var e = Assert.Throws<EdgeSeqException>(() => session.Step());
        Assert.Equal(ErrorCodes.IdOutOfRange, e.Code);
        Assert.Contains("'id'", e.Message);
        Assert.Equal(0, session.StepCount);
    }

    [Theory]
    [InlineData(3, 40)]
    [InlineData(-4, 10)]
    public void An_id_in_its_table_finds_its_row(long id, float expected)
    {
        using var model = SmallPrograms.Embedding().Load();
        using var session = model.CreateSession();
        session.InputI64(0)[0] = id;

        session.Step();
        Assert.Equal([expected], session.Output(0).ToArray());
    }

    [Fact]
    public void The_simple_step_says_what_to_call_instead_for_other_signatures()
    {
        using var model = SmallPrograms.Embedding().Load();
        using var session = model.CreateSession();

        var e = Assert.Throws<EdgeSeqException>(() => session.Step([1], new float[1]));
        Assert.Equal(ErrorCodes.WrongSignature, e.Code);
        Assert.Equal(ErrorCodes.WrongSignature, Assert.Throws<EdgeSeqException>(() => session.Input(0)).Code);
        Assert.Equal(ErrorCodes.WrongSignature, Assert.Throws<EdgeSeqException>(() => session.OutputI64(0)).Code);
    }

    [Fact]
    public void Inputs_keep_their_content_between_steps()
    {
        using var model = SmallPrograms.Delayed().Load();
        using var session = model.CreateSession();
        session.Input(0)[0] = 3;
        session.Step();

        session.Step();
        Assert.Equal([3, 0], session.Output(0).ToArray());
    }

    [Fact]
    public void A_model_describes_itself()
    {
        using var model = SmallPrograms.Delayed().Load();

        Assert.Equal(0, model.InputIndex("x"));
        Assert.Equal(-1, model.InputIndex("y"));
        Assert.Equal(0, model.OutputIndex("y"));
        Assert.Equal([2], model.Inputs[0].Shape);
        Assert.Equal(2, model.Outputs[0].Length);
        Assert.Equal(128, model.StateBytes);
        Assert.Equal(0, model.WeightBytes);
    }

    [Fact]
    public void A_file_gives_the_same_bits_as_its_bytes()
    {
        var bytes = OpCatalogue.Program("LSTM").Build();
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            using var copied = Model.Load(bytes, "copied");
            using var mapped = Model.Load(path);
            using var a = copied.CreateSession();
            using var b = mapped.CreateSession();

            Assert.Equal(Driver.Steps(copied, a, 0, 5), Driver.Steps(mapped, b, 0, 5));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
