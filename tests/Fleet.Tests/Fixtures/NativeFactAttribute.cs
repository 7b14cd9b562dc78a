using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace EdgeSeq.Fleet.Tests.Fixtures;

/// <summary>A test with real Redis, mosquitto or Chromium: it exists where <c>EDGESEQ_NATIVE</c> is 1, as in .ci/run, which installs
/// them. A missing one is a failure then.</summary>
[XunitTestCaseDiscoverer(typeof(Discoverer))]
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
    : FactAttribute(file, line)
{
    public static bool IsWanted { get; } = Environment.GetEnvironmentVariable("EDGESEQ_NATIVE") == "1";

    public sealed class Discoverer : FactDiscoverer
    {
        public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
            ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
            IsWanted ? base.Discover(discoveryOptions, testMethod, factAttribute)
            : ValueTask.FromResult<IReadOnlyCollection<IXunitTestCase>>([]);
    }
}
