using System.Text.RegularExpressions;

namespace EdgeSeq.Quantize.Tests.Conformance;

/// <summary>docs/models.md names the tests that hold what it says.</summary>
public sealed partial class ModelsPageTests
{
    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        var methods = typeof(ModelsPageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}").Append(type.Name)).ToHashSet();
        string[] named = [.. TestName().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs/models.md")))
            .Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, methods));
    }

    [GeneratedRegex(@"`(\w+Tests(?:\.\w+)?)`")]
    private static partial Regex TestName();
}
