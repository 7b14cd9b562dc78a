using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Aot.Tests.CInterface;

/// <summary>A kind of machine that programs in C are compiled for, and how they run here.</summary>
internal sealed record Target(string Name, DeviceBuild Build, string C, string Cpp, IReadOnlyList<string> Start)
{
    private static readonly Target[] All =
    [
        new("x64", DeviceBuild.X64, "clang", "clang++", []),
        new("arm64", DeviceBuild.Arm64, "aarch64-linux-gnu-gcc", "aarch64-linux-gnu-g++", ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"]),
    ];

    /// <summary>Made once: Debian's packages for arm64, unpacked.</summary>
    private static readonly Lazy<string> PythonForArm64 = new(() =>
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "python-arm64");
        new Command("bash").Run("tests/Aot.Tests/CInterface/python-arm64.sh", folder);
        return folder;
    });

    public static TheoryData<string> Names => [.. All.Select(target => target.Name)];

    /// <summary>The folder with libedgeseq.so and edgeseq.h.</summary>
    public string LibraryFolder => Path.GetDirectoryName(Build.Library)!;

    /// <summary>Debian's Python, which has numpy, for this kind of machine.</summary>
    public Command Python => Start.Count == 0 ? new("/usr/bin/python3")
        : new("qemu-aarch64", "-L", PythonForArm64.Value, Path.Combine(PythonForArm64.Value, "usr/bin/python3"));

    public static Target Named(string name) => All.Single(target => target.Name == name);

    /// <summary>A program to start here.</summary>
    public Command Program(string path) => new([.. Start, path]);
}
