using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Sessions;

/// <summary>The forms in which a program calls a step.</summary>
public class StepCallTests
{
    [Fact]
    public void A_result_is_true_where_there_is_an_output()
    {
        using var model = SmallPrograms.EveryThird().Load();
        using var session = model.CreateSession();
        var output = new float[1];

        bool first = session.Step([1], output);
        bool second = session.Step([float.NaN], output);
        session.Step([2], output);
        bool third = session.Step([3], output);
        Assert.Equal([false, false, true], [first, second, third]);
    }

    [Fact]
    public void Not_yet_output_and_refused_are_told_apart()
    {
        using var model = SmallPrograms.EveryThird().Load();
        using var session = model.CreateSession();
        var output = new float[1];

        Assert.Equal(
            [StepOutcome.NotYet, StepOutcome.Refused, StepOutcome.NotYet, StepOutcome.Output],
            new float[] { 1, float.NaN, 2, 3 }.Select(x => session.Step([x], output).Outcome));
        Assert.Equal([-3], output);
    }

    [Fact]
    public void A_step_held_at_the_last_good_input_has_its_output()
    {
        using var model = SmallPrograms.Delayed().Load();
        using var session = model.CreateSession();
        session.NonFinite = NonFiniteInput.Hold;
        session.Step([1, 2], new float[2]);

        Assert.Equal(StepOutcome.Output, session.Step([float.NaN, 0], new float[2]).Outcome);
    }

    [Fact]
    public void A_token_is_one_call()
    {
        using var model = SmallPrograms.Embedding().Load();
        using var session = model.CreateSession();
        var output = new float[1];
        const int Token = 2;

        Assert.True(session.Step(Token, output));
        Assert.Equal([30], output);
        Assert.True(session.Step(-1L, output));
        Assert.Equal([40], output);
    }

    [Fact]
    public void Arrays_of_ids_are_one_call_whichever_whole_numbers_they_hold()
    {
        using var model = SmallPrograms.Embedding().Load();
        using var session = model.CreateSession();
        var output = new float[1];
        long[] wide = [1];
        int[] narrow = [3];

        Assert.True(session.Step(wide, output));
        Assert.Equal([20], output);
        Assert.True(session.Step(narrow, output));
        Assert.Equal([40], output);
    }

    [Fact]
    public void An_id_outside_its_table_is_refused_by_the_one_call_too()
    {
        using var model = SmallPrograms.Embedding().Load();
        using var session = model.CreateSession();

        Assert.Equal(ErrorCodes.IdOutOfRange, Assert.Throws<EdgeSeqException>(() => session.Step(4, new float[1])).Code);
    }

    [Fact]
    public void A_token_for_a_model_of_measurements_says_what_the_model_takes()
    {
        using var model = SmallPrograms.Delayed().Load();
        using var session = model.CreateSession();

        var e = Assert.Throws<EdgeSeqException>(() => session.Step(1, new float[2]));
        Assert.Equal(ErrorCodes.WrongSignature, e.Code);
        Assert.Contains("F32 'x'", e.Message);
    }

    [Fact]
    public void Inputs_and_outputs_are_found_by_name()
    {
        using var model = SmallPrograms.TwoInputs().Load();
        using var session = model.CreateSession();
        session.Input("x")[1] = 5;
        session.InputI64("id")[0] = 3;

        Assert.True(session.Step());
        Assert.True(session.IsReady("row"));
        Assert.Equal([0, -5], session.Output("minus").ToArray());
        Assert.Equal([40], session.Output("row").ToArray());
    }

    [Fact]
    public void One_call_and_names_allocate_nothing()
    {
        using var tokens = SmallPrograms.Embedding().Load();
        using var model = SmallPrograms.TwoInputs().Load();
        using var tokenSession = tokens.CreateSession();
        using var session = model.CreateSession();
        var output = new float[1];
        int[] ids = [3];
        Round();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Round();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            tokenSession.Step(2, output);
            tokenSession.Step(ids, output);
            session.Input("x")[0] = session.Output("row")[0];
            session.InputI64("id")[0] = 1;
            session.Step();
        }
    }
}
