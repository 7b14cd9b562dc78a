using System.Runtime.CompilerServices;

namespace EdgeSeq.Cli.Tests.Fixtures;

/// <summary>A test with a program that is not everywhere. Where it is not installed it is skipped, except in .ci/run, which installs
/// it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShellFactAttribute : FactAttribute
{
    /// <param name="program">Its name, as typed.</param>
    public ShellFactAttribute(string program, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
        : base(file, line)
    {
        if (!IsInstalled(program) && Environment.GetEnvironmentVariable("EDGESEQ_NATIVE") != "1")
            Skip = $"{program} is not installed";
    }

    private static bool IsInstalled(string program) => Environment.GetEnvironmentVariable("PATH")!.Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
