using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EdgeSeq.Aot.Tests.Builds;

namespace EdgeSeq.Aot.Tests.Machines;

/// <summary>A way to run edgeseq: a build, a processor and the variables that choose among its instructions.</summary>
internal sealed record Machine(string Name)
{
    private const string KernelChoice = "EDGESEQ_ISA";

    /// <summary>The plain kernels, compiled at run time: they say what is right.</summary>
    public static Machine PlainKernels { get; } = new("JIT, reference kernels")
    {
        Kernels = ["reference"],
        Environment = [(KernelChoice, "reference")]
    };

    public static IReadOnlyList<Machine> All { get; } =
    [
        new("JIT") { Kernels = ["avx512vnni", "avx512", "avxvnni", "avx2", "neon-dp", "neon"] },
        new("JIT, AVX-512 without VNNI") { Kernels = ["avx512"], IsPresent = HasAvx512, Environment = [(KernelChoice, "avx512")] },
        new("JIT, no AVX-512") { Kernels = ["avxvnni", "avx2"], IsPresent = Avx2.IsSupported,
            Environment = [("DOTNET_EnableAVX512", "0")] },
        new("JIT, no AVX2") { Kernels = ["portable"], IsPresent = Avx2.IsSupported, Environment = [("DOTNET_EnableAVX2", "0")] },
        new("JIT, no intrinsics") { Kernels = ["reference"], Environment = [("DOTNET_EnableHWIntrinsic", "0")] },
        new("JIT, portable kernels") { Kernels = ["portable"], Environment = [(KernelChoice, "portable")] },
        new("x64") { Kernels = ["avx512vnni", "avxvnni", "avx2"], Build = DeviceBuild.X64 },
        new("x64, AVX2 kernels") { Kernels = ["avx2"], IsPresent = Avx2.IsSupported, Build = DeviceBuild.X64,
            Environment = [(KernelChoice, "avx2")] },
        new("x64, portable kernels") { Kernels = ["portable"], Build = DeviceBuild.X64, Environment = [(KernelChoice, "portable")] },
        new("x64, reference kernels") { Kernels = ["reference"], Build = DeviceBuild.X64, Environment = [(KernelChoice, "reference")] },
        new("x64 with AVX-512") { Kernels = ["avx512vnni", "avx512"], IsPresent = HasAvx512, Build = DeviceBuild.X64Avx512 },
        new("x64 with AVX-512 without VNNI") { Kernels = ["avx512"], IsPresent = HasAvx512, Build = DeviceBuild.X64Avx512,
            Environment = [(KernelChoice, "avx512")] },
        new("Cortex-A53") { Kernels = ["neon"], Build = DeviceBuild.Arm64, EmulatedCpu = "cortex-a53" },
        new("Cortex-A72") { Kernels = ["neon"], Build = DeviceBuild.Arm64, EmulatedCpu = "cortex-a72" },
        new("Cortex-A76") { Kernels = ["neon-dp"], Build = DeviceBuild.Arm64, EmulatedCpu = "cortex-a76" },
        new("Cortex-A76, portable kernels") { Kernels = ["portable"], Build = DeviceBuild.Arm64, EmulatedCpu = "cortex-a76",
            Environment = [(KernelChoice, "portable")] },
    ];

    /// <summary>Those that can be and are to be tested here.</summary>
    public static IReadOnlyList<Machine> Tested { get; } =
        [.. All.Where(machine => machine.IsPresent && (machine.Build is null || Toolchain.IsWanted))];

    /// <summary>The native builds, each with all the kernel sets that its processor can run.</summary>
    public static IEnumerable<Machine> Native => Tested.Where(machine => machine.Build is not null && machine.Environment.Count == 0);

    /// <summary>Names of the kernel sets that may run here.</summary>
    public required IReadOnlyList<string> Kernels { get; init; }

    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [];

    /// <summary>The native build; null: compiled at run time.</summary>
    public DeviceBuild? Build { get; init; }

    /// <summary>QEMU's name of the processor; null: this machine's own.</summary>
    public string? EmulatedCpu { get; init; }

    /// <summary>Whether this machine's processor has what the case is about.</summary>
    public bool IsPresent { get; init; } = true;

    private static bool HasAvx512 => Avx512BW.IsSupported && Vector512.IsHardwareAccelerated;

    public static Machine Named(string name) => All.Single(machine => machine.Name == name);

    /// <summary>How edgeseq starts here. Fails the calling test where the tools for it are missing.</summary>
    public Command Start() => Start(build => build.Binary);

    /// <summary>How the sweep over the kernels starts on a native machine. Fails like <see cref="Start()"/>.</summary>
    public Command StartKernelSweep() => Start(build => build.KernelSweep);

    private Command Start(Func<DeviceBuild, string> binary) =>
        new(Prefix(binary), Environment.ToDictionary(variable => variable.Name, variable => variable.Value));

    private string[] Prefix(Func<DeviceBuild, string> binary)
    {
        if (Build is null)
            return ["dotnet", Path.Combine(AppContext.BaseDirectory, "edgeseq.dll")];
        return EmulatedCpu is null ? [binary(Build)] : ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu", "-cpu", EmulatedCpu, binary(Build)];
    }
}
