using EdgeSeq.Fleet.Tests.Fixtures;
using EdgeSeq.FleetTrials.Trials;

namespace EdgeSeq.Fleet.Tests.Native;

/// <summary>The trials of tools/FleetTrials in a short form.</summary>
public class TrialTests
{
    [NativeFact]
    public async Task Silos_are_killed_and_every_output_has_the_bits_of_an_undisturbed_run()
    {
        var plan = new FailoverPlan(Silos: 3, Kills: 2, Streams: 200, Seed: 3, GatewaysWait: true, WithPostgres: true);
        var result = await FailoverTrial.Run(plan, TestContext.Current.SendDiagnosticMessage, TestContext.Current.CancellationToken);
        Assert.True(result.Passed, result.ToString());
        Assert.Equal(result.Samples, result.Outputs);
    }

    [NativeFact]
    public async Task Redis_and_the_broker_go_and_come_back_and_nothing_that_was_acknowledged_is_lost()
    {
        var result = await BrokenServersTrial.Run(
            streams: 200, rounds: 1, seed: 4, TestContext.Current.SendDiagnosticMessage, TestContext.Current.CancellationToken);
        Assert.True(result.IsExact, result.ToString());
    }
}
