using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Runtime.Tests.Kernels;

public class MissedInstructionsTests
{
    [Theory]
    [InlineData("portable", true, false, "x86-64-v3")]
    [InlineData("reference", true, false, "x86-64-v3")]
    [InlineData("neon", false, true, "Speed")]
    public void A_binary_without_what_the_processor_has_is_told_what_to_publish_with(string best, bool avx2, bool dot, string remedy) =>
        Assert.Contains(remedy, MissedInstructions.Of(best, avx2, dot));

    [Theory]
    [InlineData("portable", false, false)]
    [InlineData("avx2", true, false)]
    [InlineData("avx512vnni", true, false)]
    [InlineData("neon", false, false)]
    [InlineData("neon-dp", false, true)]
    public void A_binary_that_uses_what_there_is_is_told_nothing(string best, bool avx2, bool dot) =>
        Assert.Null(MissedInstructions.Of(best, avx2, dot));

    [Fact]
    public void A_program_that_is_compiled_as_it_runs_is_told_nothing() => Assert.Null(MissedInstructions.Find());

    [Fact]
    public async Task It_is_told_once_however_many_threads_load_models()
    {
        var told = 0;
        var notice = new OnceOnly(() => "slow");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => notice.Tell(_ => Interlocked.Increment(ref told)))));
        Assert.Equal(1, told);
    }

    [Fact]
    public void It_waits_for_someone_who_listens()
    {
        var heard = new List<string>();
        var notice = new OnceOnly(() => "slow");

        notice.Tell(null);
        notice.Tell(heard.Add);
        Assert.Equal(["slow"], heard);
    }
}
