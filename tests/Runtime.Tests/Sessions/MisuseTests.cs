using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Sessions;

/// <summary>Calls that a program should not make: each has its own kind of error, and nothing is read or written out of bounds.</summary>
public class MisuseTests
{
    public static TheoryData<string, Action<Session>> Calls => new()
    {
        { "Step()", session => session.Step() },
        { "Step(x, y)", session => session.Step([1, 2], new float[2]) },
        { "Reset", session => session.Reset() },
        { "Save", session => session.Save(Stream.Null) },
        { "Restore", session => session.Restore(Stream.Null) },
        { "Dispose", session => session.Dispose() },
    };

    public static TheoryData<string, Action<Session>> UsesAfterDispose => new()
    {
        { "Step()", session => session.Step() },
        { "Step(x, y)", session => session.Step([1, 2], new float[2]) },
        { "Step(id, y)", session => session.Step(1, new float[2]) },
        { "Reset", session => session.Reset() },
        { "Save", session => session.Save(Stream.Null) },
        { "Restore", session => session.Restore(Stream.Null) },
        { "Input", session => session.Input(0) },
        { "InputI64", session => session.InputI64(0) },
        { "Output", session => session.Output(0) },
        { "OutputI64", session => session.OutputI64(0) },
        { "IsReady", session => session.IsReady(0) },
        { "StepCount", session => _ = session.StepCount },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_second_thread_is_told_so_and_the_first_goes_on(string name, Action<Session> call)
    {
        using var model = SmallPrograms.Delayed().Load();
        using var session = model.CreateSession();
        session.Step([1, 2], new float[2]);
        using var inside = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        using var stream = new GatedStream(inside, goOn);
        var first = new Thread(() => session.Save(stream));
        first.Start();
        inside.Wait(TestContext.Current.CancellationToken);

        var e = Assert.Throws<EdgeSeqException>(() => call(session));
        goOn.Set();
        first.Join();

        Assert.Equal(ErrorCodes.UsedTwice, e.Code);
        Assert.NotEqual("", name);
        var output = new float[2];
        Assert.True(session.Step([3, 4], output));
        Assert.Equal([1, 2], output);
    }

    [Fact]
    public void A_group_and_its_member_are_not_used_at_once()
    {
        using var model = SmallPrograms.Delayed().Load();
        using var group = model.CreateSessionGroup(2);
        using var stream = new CallingStream(() => group.Step());

        Assert.Equal(ErrorCodes.UsedTwice, Assert.Throws<EdgeSeqException>(() => group[1].Save(stream)).Code);
        Assert.Equal([0, 0], [group[0].StepCount, group[1].StepCount]);
        Assert.True(group.Step());
    }

    [Fact]
    public void A_step_that_failed_leaves_the_session_free()
    {
        using var model = SmallPrograms.Embedding().Load();
        using var session = model.CreateSession();

        Assert.Throws<EdgeSeqException>(() => session.Step(99, new float[1]));
        Assert.True(session.Step(1, new float[1]));
    }

    [Theory]
    [MemberData(nameof(UsesAfterDispose))]
    public void Use_after_Dispose_is_told(string name, Action<Session> call)
    {
        using var model = SmallPrograms.Delayed().Load();
        var session = model.CreateSession();
        session.Dispose();
        session.Dispose();

        Assert.NotEqual("", name);
        Assert.Throws<ObjectDisposedException>(() => call(session));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(int.MinValue)]
    public void An_index_that_there_is_not_names_those_that_there_are(int index)
    {
        using var model = SmallPrograms.TwoInputs().Load();
        using var session = model.CreateSession();

        Assert.Contains("x, id", Assert.Throws<ArgumentOutOfRangeException>(() => session.Input(index)).Message);
        Assert.Contains("x, id", Assert.Throws<ArgumentOutOfRangeException>(() => session.InputI64(index)).Message);
        Assert.Contains("minus, row", Assert.Throws<ArgumentOutOfRangeException>(() => session.Output(index)).Message);
        Assert.Contains("minus, row", Assert.Throws<ArgumentOutOfRangeException>(() => session.OutputI64(index)).Message);
        Assert.Contains("minus, row", Assert.Throws<ArgumentOutOfRangeException>(() => session.IsReady(index)).Message);
    }

    [Fact]
    public void A_name_that_there_is_not_names_those_that_there_are()
    {
        using var model = SmallPrograms.TwoInputs().Load();
        using var session = model.CreateSession();

        Assert.Contains("x, id", Assert.Throws<ArgumentException>(() => session.Input("y")).Message);
        Assert.Contains("minus, row", Assert.Throws<ArgumentException>(() => session.Output("y")).Message);
    }

    [Fact]
    public void A_member_that_there_is_not_is_told()
    {
        using var model = SmallPrograms.Delayed().Load();
        using var group = model.CreateSessionGroup(2);

        Assert.Contains("0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => group[2]).Message);
    }

    [Fact]
    public void Null_is_told_by_the_name_of_its_parameter()
    {
        using var model = SmallPrograms.Delayed().Load();
        using var session = model.CreateSession();

        Assert.Throws<ArgumentNullException>("path", () => Model.Load(null!));
        Assert.Throws<ArgumentNullException>("name", () => Model.Load(default(ReadOnlyMemory<byte>), null!));
        Assert.Throws<ArgumentNullException>("name", () => session.Input(null!));
        Assert.Throws<ArgumentNullException>("name", () => session.Output(null!));
        Assert.Throws<ArgumentNullException>("stream", () => session.Save(null!));
        Assert.Throws<ArgumentNullException>("stream", () => session.Restore(null!));
        Assert.Throws<ArgumentException>("input", () => session.Step((float[])null!, new float[2]));
        Assert.Throws<ArgumentException>("output", () => session.Step([1, 2], null));
    }

    /// <summary>Calls something at the first write.</summary>
    private sealed class CallingStream(Action call) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => call();

        public override void Write(byte[] buffer, int offset, int count) => call();
    }

    /// <summary>Says when it is written to, and waits.</summary>
    private sealed class GatedStream(ManualResetEventSlim inside, ManualResetEventSlim goOn) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inside.Set();
            goOn.Wait();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}
