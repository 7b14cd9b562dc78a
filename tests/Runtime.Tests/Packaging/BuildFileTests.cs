using System.Diagnostics;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Packaging;

/// <summary>What the package's build files make of a project that uses it, as MSBuild evaluates it.</summary>
public sealed class BuildFileTests(BuildFileTests.Evaluation evaluation) : IClassFixture<BuildFileTests.Evaluation>
{
    [Theory]
    [InlineData("native x64", "x86-64-v3")]
    [InlineData("native x64, own set", "x86-64-v2")]
    [InlineData("native x64, none wanted", "")]
    [InlineData("native arm64", "")]
    [InlineData("not native", "")]
    public void Native_x64_programs_get_AVX2_unless_they_choose(string name, string expected) =>
        Assert.Contains($"[{name}] compiles in '{expected}'", evaluation.LinesOf(name));

    [Theory]
    [InlineData("native x64", false)]
    [InlineData("native x64, own set", true)]
    [InlineData("native x64, AVX-512", false)]
    [InlineData("native x64, this machine's", false)]
    [InlineData("native x64, none wanted", false)]
    [InlineData("native arm64", false)]
    [InlineData("native arm64, small", true)]
    [InlineData("not native", false)]
    public void A_publish_that_leaves_slow_kernels_warns(string name, bool warns) =>
        Assert.Equal(warns, evaluation.LinesOf(name).Any(line => line.Contains("warning EDGESEQ00")));

    [Theory]
    [InlineData("not native", "false")]
    [InlineData("native x64", "false")]
    [InlineData("own tiers", "true")]
    public void Loops_are_compiled_at_full_strength_unless_the_program_chooses(string name, string expected) =>
        Assert.Contains($"[{name}] compiles loops quickly: '{expected}'", evaluation.LinesOf(name));

    [Fact]
    public void The_package_holds_them() => Assert.Contains(
        "\"PackagePath\": \"buildTransitive\"",
        string.Concat(MsBuild(Repository.Path("src/Runtime"), "EdgeSeq.Runtime.csproj", "-getItem:None")));

    private static string[] MsBuild(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", .. arguments, "-nologo", "-v:minimal"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        return [.. process.StandardOutput.ReadToEnd().Split('\n').Select(line => line.Trim())];
    }

    /// <summary>All cases in one run of MSBuild, which takes seconds to start.</summary>
    public sealed class Evaluation
    {
        private static readonly (string Name, string Properties)[] Cases =
        [
            ("native x64", "PublishAot=true;RuntimeIdentifier=linux-x64"),
            ("native x64, own set", "PublishAot=true;RuntimeIdentifier=linux-x64;IlcInstructionSet=x86-64-v2"),
            ("native x64, AVX-512", "PublishAot=true;RuntimeIdentifier=win-x64;IlcInstructionSet=x86-64-v4"),
            ("native x64, this machine's", "PublishAot=true;RuntimeIdentifier=linux-x64;IlcInstructionSet=native"),
            ("native x64, none wanted", "PublishAot=true;RuntimeIdentifier=linux-x64;EdgeSeqInstructionSet=false"),
            ("native arm64", "PublishAot=true;RuntimeIdentifier=linux-arm64"),
            ("native arm64, small", "PublishAot=true;RuntimeIdentifier=linux-arm64;OptimizationPreference=Size"),
            ("not native", "RuntimeIdentifier=linux-x64"),
            ("own tiers", "RuntimeIdentifier=linux-x64;TieredCompilationQuickJitForLoops=true"),
        ];

        private readonly List<string> _lines;

        public Evaluation()
        {
            var folder = Directory.CreateTempSubdirectory("edgeseq-build-");
            try
            {
                File.WriteAllText(Path.Combine(folder.FullName, "app.csproj"), Consumer());
                File.WriteAllText(Path.Combine(folder.FullName, "all.proj"), AllCases());
                _lines = [.. MsBuild(folder.FullName, "all.proj")];
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        /// <summary>What MSBuild printed for a case.</summary>
        public IEnumerable<string> LinesOf(string name)
        {
            var first = _lines.IndexOf($"[{name}]");
            return first < 0 ? throw new InvalidOperationException($"MSBuild did not come to '{name}'.")
                : _lines.Skip(first + 1).TakeWhile(line => line != "[end]");
        }

        /// <summary>NuGet imports a package's targets after the project and the kit's inference of the runtime.</summary>
        private static string Consumer() => $"""
            <Project>
              <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
              <Import Project="{Repository.Path("src/Runtime/buildTransitive/EdgeSeq.Runtime.targets")}" />
              <Target Name="Show" DependsOnTargets="EdgeSeqCheckInstructionSet">
                <Message Importance="high" Text="[$(Case)] compiles in '$(IlcInstructionSet)'" />
                <Message Importance="high" Text="[$(Case)] compiles loops quickly: '$(TieredCompilationQuickJitForLoops)'" />
              </Target>
            </Project>
            """;

        private static string AllCases()
        {
            var calls = Cases.Select(c => $"""
                <Message Importance="high" Text="[{c.Name}]" />
                <MSBuild Projects="app.csproj" Targets="Show" Properties="Case={c.Name};{c.Properties}" />
                <Message Importance="high" Text="[end]" />
                """);
            return $"""
                <Project>
                  <Target Name="Build">{string.Concat(calls)}</Target>
                </Project>
                """;
        }
    }
}
