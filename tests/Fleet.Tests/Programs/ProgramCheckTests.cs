using EdgeSeq.Fleet.Programs;
using EdgeSeq.Fleet.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Fleet.Tests.Programs;

/// <summary>A program that would starve the other streams of a silo is not kept.</summary>
public class ProgramCheckTests
{
    [Fact]
    public void A_step_that_takes_longer_than_allowed_is_refused_with_the_setting()
    {
        var refusal = Assert.Throws<EdgeSeqException>(() => ProgramCheck.Run(Activity.File, "slow", long.MaxValue, stepMilliseconds: 0));
        Assert.Equal(ErrorCodes.OptionInvalid, refusal.Code);
        Assert.Contains("StepMilliseconds", refusal.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_that_takes_more_memory_than_allowed_is_refused() =>
        Assert.Throws<EdgeSeqException>(() => ProgramCheck.Run(Activity.File, "large", sessionBytes: 64, stepMilliseconds: 1000));
}
