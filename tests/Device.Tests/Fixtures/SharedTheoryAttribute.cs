using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>A theory about the models beside the repository: as <see cref="SharedFactAttribute"/>.</summary>
[XunitTestCaseDiscoverer(typeof(Discoverer))]
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
    : TheoryAttribute(file, line)
{
    public sealed class Discoverer : TheoryDiscoverer
    {
        public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
            ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
            Repository.HasShared ? base.Discover(discoveryOptions, testMethod, factAttribute)
            : ValueTask.FromResult<IReadOnlyCollection<IXunitTestCase>>([]);
    }
}
