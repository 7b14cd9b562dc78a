using System.Runtime.InteropServices;

namespace EdgeSeq.Aot.Tests.Builds;

/// <summary>The commands that native builds need. Where one is missing the test is skipped, or fails if <c>EDGESEQ_TOOLCHAIN</c>
/// is <c>required</c>, as in .ci/run.</summary>
internal static class Toolchain
{
    private const string Switch = "EDGESEQ_TOOLCHAIN";

    private static readonly string[] X64 = ["clang", "objcopy"];

    private static readonly string[] Arm64 = ["clang", "ld.lld", "aarch64-linux-gnu-gcc", "aarch64-linux-gnu-objcopy", "qemu-aarch64"];

    /// <summary>What a build for linux-x64 on the same kind of machine takes.</summary>
    public static void RequireX64() => Require(X64);

    /// <summary>What a build for linux-arm64 on an x64 machine and its emulation take.</summary>
    public static void RequireArm64() => Require(Arm64);

    private static void Require(string[] commands)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
            Refuse("native builds are tested on x64 Linux");
        var missing = commands.Where(command => !IsOnPath(command)).ToArray();
        if (missing.Length > 0)
            Refuse($"{string.Join(", ", missing)} missing: .ci/run installs what native builds need");
    }

    private static void Refuse(string reason)
    {
        if (Environment.GetEnvironmentVariable(Switch) == "required")
            Assert.Fail($"{Switch}=required: {reason}");
        Assert.Skip(reason);
    }

    private static bool IsOnPath(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, command)));
}
