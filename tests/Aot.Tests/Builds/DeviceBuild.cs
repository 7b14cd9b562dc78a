using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Aot.Tests.Builds;

/// <summary>Native builds for one kind of device in artifacts/aot/NAME, each made when it is first asked for. They share no folder
/// with other builds, so that they can run beside them.</summary>
internal sealed class DeviceBuild
{
    private static readonly Lock OneAtATime = new();

    private readonly string _runtimeIdentifier;
    private readonly string? _instructionSet;
    private readonly Action _require;
    private readonly bool _hasSensors;
    private readonly Lazy<string> _binary;
    private readonly Lazy<string> _kernelSweep;
    private readonly Lazy<string> _library;

    private DeviceBuild(string name, string runtimeIdentifier, string? instructionSet, Action require, bool hasSensors = true)
    {
        Name = name;
        _runtimeIdentifier = runtimeIdentifier;
        _instructionSet = instructionSet;
        _require = require;
        _hasSensors = hasSensors;
        _binary = new Lazy<string>(() => Publish("tools/edgeseq", "edgeseq"));
        _kernelSweep = new Lazy<string>(() => Publish("tests/KernelSweep", "EdgeSeq.KernelSweep"));
        _library = new Lazy<string>(() => Publish("src/Native", "libedgeseq.so"));
    }

    public static DeviceBuild X64 { get; } = new("linux-x64", "linux-x64", instructionSet: null, Toolchain.RequireX64);

    public static DeviceBuild X64Avx512 { get; } = new("linux-x64-v4", "linux-x64", "x86-64-v4", Toolchain.RequireX64);

    public static DeviceBuild X64Core { get; } = new("linux-x64-core", "linux-x64", instructionSet: null, Toolchain.RequireX64,
        hasSensors: false);

    public static DeviceBuild Arm64 { get; } = new("linux-arm64", "linux-arm64", instructionSet: null, Toolchain.RequireArm64);

    public static IReadOnlyList<DeviceBuild> All { get; } = [X64, X64Core, X64Avx512, Arm64];

    public string Name { get; }

    /// <summary>The path of edgeseq. Fails the calling test where the toolchain is missing.</summary>
    public string Binary => Required(_binary);

    /// <summary>The path of the program that sweeps over the kernels. Fails like <see cref="Binary"/>.</summary>
    public string KernelSweep => Required(_kernelSweep);

    /// <summary>The path of libedgeseq.so, with edgeseq.h beside it. Fails like <see cref="Binary"/>.</summary>
    public string Library => Required(_library);

    /// <summary>Whether it has the drivers for sensors.</summary>
    public bool HasSensors => _hasSensors;

    private string Required(Lazy<string> binary)
    {
        _require();
        return binary.Value;
    }

    private string Publish(string project, string binary)
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "aot", Name, binary);
        var output = Path.Combine(folder, "publish");
        // No build servers: they would live on with this process's pipes.
        List<string> arguments =
        [
            "publish", Path.Combine(Repository.Root, project), "-c", "Release", "-r", _runtimeIdentifier, "--artifacts-path", folder, "-o",
                output,
            "-nodeReuse:false", "-p:UseSharedCompilation=false", "-v", "quiet", "--nologo",
        ];
        if (_instructionSet is not null)
            arguments.Add($"-p:IlcInstructionSet={_instructionSet}");
        if (!_hasSensors)
            arguments.Add("-p:Sensors=false");
        lock (OneAtATime)
            new Command("dotnet").Run([.. arguments]);
        return Path.Combine(output, binary);
    }
}
