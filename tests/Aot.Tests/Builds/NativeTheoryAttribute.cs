using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace EdgeSeq.Aot.Tests.Builds;

/// <summary>A theory about native builds: it does not exist where <see cref="Toolchain.IsWanted"/> is false, instead of being skipped row
/// by row.</summary>
[XunitTestCaseDiscoverer(typeof(Discoverer))]
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
: TheoryAttribute(file, line)
{
    public sealed class Discoverer : TheoryDiscoverer
    {
        public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
            ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
            Toolchain.IsWanted ? base.Discover(discoveryOptions, testMethod, factAttribute)
            : ValueTask.FromResult<IReadOnlyCollection<IXunitTestCase>>([]);
    }
}
