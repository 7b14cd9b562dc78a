using System.Xml.Linq;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Aot.Tests.Packages;

/// <summary>The version of everything, from the one place that says it.</summary>
internal static class ProductVersion
{
    public static string Text { get; } =
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
}
