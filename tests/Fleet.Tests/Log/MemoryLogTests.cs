using EdgeSeq.Fleet.Log;

namespace EdgeSeq.Fleet.Tests.Log;

public class MemoryLogTests
{
    [Fact]
    public Task It_keeps_what_a_log_promises() => LogRules.Check(new MemoryLog());
}
