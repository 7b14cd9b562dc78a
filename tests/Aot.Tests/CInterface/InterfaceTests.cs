using System.Text.RegularExpressions;
using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Tests.Fixtures;
using Repository = EdgeSeq.Device.Tests.Fixtures.Repository;

namespace EdgeSeq.Aot.Tests.CInterface;

/// <summary>libedgeseq.so against its header.</summary>
public sealed partial class InterfaceTests : IDisposable
{
    private const long LargestLibrary = 4_000_000;

    private const int CallSteps = 3;

    /// <summary>Of Debian 12 and the Raspberry Pi OS made from it.</summary>
    private static readonly Version NewestGlibc = new(2, 36);

    private static readonly string[] Warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Targets => Target.Names;

    public void Dispose() => _folder.Dispose();

    /// <summary>checks.c holds them: descriptions, both kinds of load, states, every wrong argument, old handles, memory, threads.
    /// </summary>
    [NativeTheory]
    [MemberData(nameof(Targets))]
    public void All_that_the_header_promises_holds(string name)
    {
        var target = Target.Named(name);
        var source = Path.Combine(Repository.Root, "tests/Aot.Tests/CInterface/checks.c");
        var checks = Path.Combine(_folder.Root, "checks");
        var folder = target.LibraryFolder;
        new Command(target.C).Run(["-std=c11", "-D_GNU_SOURCE", "-O2", .. Warnings, $"-I{folder}", source, $"-L{folder}",
            $"-Wl,-rpath,{folder}", "-ledgeseq", "-lpthread", "-lm", "-o", checks]);

        var output = target.Program(checks).Run(Path.Combine(Repository.Root, "models/activity/activity.eseq"),
            Write("embedding", SmallPrograms.Embedding()), Write("two", SmallPrograms.TwoInputs()), Write("ahead", Ahead(1)),
            WriteCalls("calls", Ahead(CallSteps), CallSteps));

        Assert.Equal("all hold\n", output);
    }

    [NativeTheory]
    [MemberData(nameof(Targets))]
    public void It_exports_what_the_header_declares(string name)
    {
        var header = File.ReadAllText(Path.Combine(Target.Named(name).LibraryFolder, "edgeseq.h"));
        var declared = Declaration().Matches(header).Select(match => match.Groups[1].Value);
        var exported = ElfFile.Functions(Target.Named(name).Build.Library);
        Assert.Equal(declared.Order(StringComparer.Ordinal), exported.Order(StringComparer.Ordinal));
    }

    [NativeTheory]
    [MemberData(nameof(Targets))]
    public void It_is_small_and_runs_on_Debian_12(string name)
    {
        var library = Target.Named(name).Build.Library;
        DeviceReport.Add($"libedgeseq.so {name}: {new FileInfo(library).Length} bytes, glibc {ElfFile.NewestGlibc(library)} or newer");
        Assert.InRange(new FileInfo(library).Length, 1, LargestLibrary);
        Assert.InRange(ElfFile.NewestGlibc(library), new Version(2, 0), NewestGlibc);
        Assert.False(ElfFile.HasSymbolTable(library));
    }

    /// <summary>x [2] → y = x of so many steps after, 9 behind the end of a recording.</summary>
    private static ProgramBuilder Ahead(int steps)
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 2);
        var y = program.Arena<float>(2);
        program.Op("AfterEnd", [x], [y], ("size", 2), ("after", 0), ("value", 9f));
        program.Output<float>("y", y, program.Clock(1, steps), 2);
        program.Tail(steps);
        return program;
    }

    private string WriteCalls(string name, ProgramBuilder builder, int steps)
    {
        var program = builder.Program();
        program["chunk"] = steps;
        return _folder.Write($"{name}.eseq", builder.Build(program.ToJsonString()));
    }

    private string Write(string name, ProgramBuilder program) => _folder.Write($"{name}.eseq", program.Build());

    [GeneratedRegex(@"^[a-z][\w *]*?(edgeseq_\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
