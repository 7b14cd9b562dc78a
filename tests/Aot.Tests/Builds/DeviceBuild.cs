using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Aot.Tests.Builds;

/// <summary>A native build of tools/edgeseq in artifacts/aot/NAME, made when it is first asked for. It shares no folder with other
/// builds, so that it can run beside them.</summary>
internal sealed class DeviceBuild
{
    private static readonly Lock OneAtATime = new();

    private readonly string _runtimeIdentifier;
    private readonly string? _instructionSet;
    private readonly Action _require;
    private readonly Lazy<string> _binary;

    private DeviceBuild(string name, string runtimeIdentifier, string? instructionSet, Action require)
    {
        Name = name;
        _runtimeIdentifier = runtimeIdentifier;
        _instructionSet = instructionSet;
        _require = require;
        _binary = new Lazy<string>(Publish);
    }

    public static DeviceBuild X64 { get; } = new("linux-x64", "linux-x64", instructionSet: null, Toolchain.RequireX64);

    public static DeviceBuild X64Avx512 { get; } = new("linux-x64-v4", "linux-x64", "x86-64-v4", Toolchain.RequireX64);

    public static DeviceBuild Arm64 { get; } = new("linux-arm64", "linux-arm64", instructionSet: null, Toolchain.RequireArm64);

    public static IReadOnlyList<DeviceBuild> All { get; } = [X64, X64Avx512, Arm64];

    public string Name { get; }

    /// <summary>The path of the binary. Skips or fails the calling test where the toolchain is missing.</summary>
    public string Binary
    {
        get
        {
            _require();
            return _binary.Value;
        }
    }

    private string Publish()
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "aot", Name);
        var output = Path.Combine(folder, "publish");
        // No build servers: they would live on with this process's pipes.
        List<string> arguments =
        [
            "publish", Path.Combine(Repository.Root, "tools", "edgeseq"), "-c", "Release", "-r", _runtimeIdentifier, "--artifacts-path", folder, "-o", output,
            "-nodeReuse:false", "-p:UseSharedCompilation=false", "-v", "quiet", "--nologo",
        ];
        if (_instructionSet is not null)
            arguments.Add($"-p:IlcInstructionSet={_instructionSet}");
        lock (OneAtATime)
            new Command("dotnet").Run([.. arguments]);
        return Path.Combine(output, "edgeseq");
    }
}
