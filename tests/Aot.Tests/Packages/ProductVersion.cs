using System.Reflection;

namespace EdgeSeq.Aot.Tests.Packages;

/// <summary>The version of everything that is built from this checkout, these tests among it.</summary>
internal static class ProductVersion
{
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
