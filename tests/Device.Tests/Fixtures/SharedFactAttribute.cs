using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>A test of the models beside the repository: it does not exist where they are missing, and one line says so for all.</summary>
[XunitTestCaseDiscoverer(typeof(Discoverer))]
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
    : FactAttribute(file, line)
{
    public sealed class Discoverer : FactDiscoverer
    {
        public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
            ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
            Repository.HasShared ? base.Discover(discoveryOptions, testMethod, factAttribute)
            : ValueTask.FromResult<IReadOnlyCollection<IXunitTestCase>>([]);
    }
}
