using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Sessions;

/// <summary>What comes behind the end of a recording: a program whose output is the input of two steps later, padded with 9.</summary>
public class FlushTests
{
    [Fact]
    public void A_flush_gives_the_padding_until_the_recording_is_whole()
    {
        using var model = Ahead().Load();
        using var session = model.CreateSession();
        Assert.Equal([3, 9, 9], Run(session, 1, 2, 3));
        Assert.Equal(2, model.FlushSteps);
        Assert.True(session.Flush().IsEnded);
    }

    [Fact]
    public void A_recording_shorter_than_the_delay_is_flushed_too()
    {
        using var model = Ahead().Load();
        using var session = model.CreateSession();
        Assert.Equal([9], Run(session, 1));
    }

    [Fact]
    public void Without_steps_or_delay_there_is_nothing_to_flush()
    {
        using var model = Ahead().Load();
        using var session = model.CreateSession();
        Assert.True(session.Flush().IsEnded);
        using var delayed = SmallPrograms.Delayed().Load();
        using var other = delayed.CreateSession();
        other.Step([1, 2], new float[2]);
        Assert.True(other.Flush().IsEnded);
    }

    [Fact]
    public void Behind_a_flush_only_a_reset_goes_on()
    {
        using var model = Ahead().Load();
        using var session = model.CreateSession();
        Run(session, 1, 2, 3);
        var error = Assert.Throws<EdgeSeqException>(() => session.Step([4], new float[1]));
        Assert.Equal(ErrorCodes.SessionFlushed, error.Code);
        Assert.Equal(ErrorCodes.SessionFlushed, Assert.Throws<EdgeSeqException>(() => session.Save(Stream.Null)).Code);
        session.Reset();
        Assert.Equal([7, 9, 9], Run(session, 5, 6, 7));
    }

    [Fact]
    public void A_tail_below_zero_is_refused()
    {
        var program = Ahead();
        program.Tail(-1);
        Assert.Equal(ErrorCodes.PortInvalid, Assert.Throws<EdgeSeqException>(() => program.Load()).Code);
    }

    private static ProgramBuilder Ahead()
    {
        var program = new ProgramBuilder();
        int x = program.Input<float>("x", 1), y = program.Arena<float>(1);
        program.Op("AfterEnd", [x], [y], ("size", 1), ("after", 0), ("value", 9f));
        program.Output<float>("y", y, program.Clock(1, 2), 1);
        program.Tail(2);
        return program;
    }

    /// <summary>All outputs of a recording.</summary>
    private static float[] Run(Session session, params float[] recording)
    {
        var outputs = new List<float>();
        foreach (var sample in recording)
        {
            session.Input(0)[0] = sample;
            if (session.Step())
                outputs.Add(session.Output(0)[0]);
        }

        for (var result = session.Flush(); !result.IsEnded; result = session.Flush())
        {
            if (result)
                outputs.Add(session.Output(0)[0]);
        }

        return [.. outputs];
    }
}
