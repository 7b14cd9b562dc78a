using System.Runtime.InteropServices;

namespace EdgeSeq.Aot.Tests.Builds;

/// <summary>The commands that native builds need. Native builds and emulated processors are tested where <c>EDGESEQ_NATIVE</c> is 1, as in
/// .ci/run; a missing command then fails the test.</summary>
internal static class Toolchain
{
    public const string Switch = "EDGESEQ_NATIVE";

    private static readonly string[] X64 = ["clang", "clang++", "objcopy", "readelf"];

    private static readonly string[] Arm64 = ["clang", "ld.lld", "aarch64-linux-gnu-gcc", "aarch64-linux-gnu-g++",
        "aarch64-linux-gnu-objcopy", "qemu-aarch64", "readelf"];

    public static bool IsWanted { get; } = Environment.GetEnvironmentVariable(Switch) == "1";

    /// <summary>What a package of the binary and its check take.</summary>
    public static void RequirePackaging() => Require(["dpkg-deb", "lintian", "readelf"]);

    /// <summary>What a build for linux-x64 on the same kind of machine takes.</summary>
    public static void RequireX64() => Require(X64);

    /// <summary>What a build for linux-arm64 on an x64 machine and its emulation take.</summary>
    public static void RequireArm64() => Require(Arm64);

    private static void Require(string[] commands)
    {
        Assert.True(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64,
            "native builds are tested on x64 Linux");
        var missing = commands.Where(command => !IsOnPath(command)).ToArray();
        Assert.True(missing.Length == 0, $"{string.Join(", ", missing)} missing: .ci/run installs what native builds need");
    }

    private static bool IsOnPath(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, command)));
}
