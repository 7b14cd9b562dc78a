using EdgeSeq.Fleet.Tests.Fixtures;

namespace EdgeSeq.Fleet.Tests.Native;

public sealed class WantedTests
{
    /// <summary>The one line that tells what is not tested.</summary>
    [Fact]
    public void The_page_and_real_servers_are_tested() => Assert.SkipUnless(
        NativeFactAttribute.IsWanted, "Chromium, Redis and mosquitto: EDGESEQ_NATIVE=1 and what .ci/run installs");
}
