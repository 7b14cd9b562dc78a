using System.Text.RegularExpressions;

namespace EdgeSeq.Aot.Tests.Builds;

/// <summary>What readelf says about a binary.</summary>
internal static partial class ElfFile
{
    private static readonly Command Readelf = new("readelf");

    /// <summary>The newest glibc version that a symbol of the binary asks for.</summary>
    public static Version NewestGlibc(string binary) =>
        GlibcVersion().Matches(Readelf.Run("--version-info", "--wide", binary)).Select(match => Version.Parse(match.Groups[1].Value))
        .Max()!;

    /// <summary>Names of the shared libraries that the binary loads.</summary>
    public static IEnumerable<string> Libraries(string binary) =>
        NeededLibrary().Matches(Readelf.Run("--dynamic", "--wide", binary)).Select(match => match.Groups[1].Value);

    /// <summary>Names of the functions that a shared library offers.</summary>
    public static IEnumerable<string> Functions(string library) =>
        OfferedFunction().Matches(Readelf.Run("--dyn-syms", "--wide", library)).Select(match => match.Groups[1].Value);

    public static bool HasSymbolTable(string binary) =>
        Readelf.Run("--sections", "--wide", binary).Contains(".symtab", StringComparison.Ordinal);

    [GeneratedRegex(@"GLIBC_(\d+\.\d+)")]
    private static partial Regex GlibcVersion();

    [GeneratedRegex(@"FUNC +GLOBAL +DEFAULT +\d+ +(\w+)")]
    private static partial Regex OfferedFunction();

    [GeneratedRegex(@"\(NEEDED\).*\[(.+)\]")]
    private static partial Regex NeededLibrary();
}
