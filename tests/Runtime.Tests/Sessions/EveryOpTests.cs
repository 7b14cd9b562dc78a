using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Ops;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Sessions;

/// <summary>What must hold for a program of any op.</summary>
public class EveryOpTests
{
    private const int StepCount = 9;

    public static TheoryData<string> Ops => OpCatalogue.All;

    [Fact]
    public void The_catalogue_has_every_op() =>
    Assert.Equal(OpRegistry.Names, OpCatalogue.Names.Select(name => name.Split(',')[0]).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ops))]
    public void A_reset_session_repeats_its_bits(string op)
    {
        using var model = OpCatalogue.Program(op).Load();
        using var session = model.CreateSession();

        var first = Driver.Steps(model, session, 0, StepCount);
        session.Reset();
        Assert.Equal(first, Driver.Steps(model, session, 0, StepCount));
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void A_restored_session_goes_on_bit_for_bit(string op)
    {
        using var model = OpCatalogue.Program(op).Load();
        using var session = model.CreateSession();
        using var other = model.CreateSession();
        Driver.Steps(model, other, 50, 53);
        Driver.Steps(model, session, 0, 5);
        var snapshot = new MemoryStream();
        session.Save(snapshot);
        snapshot.Position = 0;

        other.Restore(snapshot);
        Assert.Equal(Driver.Steps(model, session, 5, StepCount), Driver.Steps(model, other, 5, StepCount));
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void A_step_allocates_nothing(string op)
    {
        using var model = OpCatalogue.Program(op).Load();
        using var session = model.CreateSession();
        Driver.Step(model, session, 0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            session.Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Whatever one number, string or list of the op becomes, the file is refused or runs.</summary>
    [Theory]
    [MemberData(nameof(Ops))]
    public void A_changed_op_is_refused_or_runs(string op) => RequireRefusedOrRuns(OpCatalogue.Program(op), "ops");

    [Fact]
    public void A_changed_program_is_refused_or_runs()
    {
        var program = OpCatalogue.Program("LSTM");
        RequireRefusedOrRuns(program, [.. program.Program().Select(member => member.Key).Where(key => key != "ops")]);
    }

    private static void RequireRefusedOrRuns(ProgramBuilder builder, params string[] members)
    {
        var refused = 0;
        foreach (var change in JsonChanges.Of(builder.Program(), members))
        {
            try
            {
                using var model = Model.Load(builder.Build(change), "changed.eseq", memoryLimit: 1 << 24);
                using var session = model.CreateSession();
                Driver.Steps(model, session, 0, 6);
            }
            catch (EdgeSeqException e)
            {
                Assert.InRange(e.Code.Number, 101, 599);
                refused++;
            }
        }

        Assert.True(refused > 100, $"only {refused} changes were refused");
    }
}
