using System.Diagnostics;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Examples;

/// <summary>A copy of the repository's examples and bundled models, in which their commands run as they stand in the pages: <c>dotnet
/// run --project</c> takes what was built with the tests.</summary>
internal sealed class ExampleShell : IDisposable
{
    /// <summary>Of <c>dotnet run --project DIR -c Release -- ARGUMENTS</c>.</summary>
    private const string Run = """
        #!/bin/sh
        [ "$1 $2 $4 $5 $6" = "run --project -c Release --" ] || { echo "not as the pages write it: dotnet $*" >&2; exit 99; }
        project=$3
        shift 6
        PATH=${PATH#*:}
        exec dotnet "ROOT/$project/bin/BUILT/$(basename "$project").dll" "$@"
        """;

    private readonly TempFolder _folder = new();

    public ExampleShell(string example)
    {
        Directory.CreateDirectory(_folder.File("bin"));
        Copy(Path.Combine("examples", example));
        Copy(Path.Combine("models", "activity"));
        var built = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        Script.Write(_folder, "bin/dotnet", Run.Replace("ROOT", Repository.Root, StringComparison.Ordinal)
            .Replace("BUILT", $"{built.Parent!.Name}/{built.Name}", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The path of a file that a command wrote, or of one of the example.</summary>
    public string File(string name) => _folder.File(name);

    public ToolResult Type(string command)
    {
        var start = new ProcessStartInfo("sh", ["-c", command])
        {
            WorkingDirectory = _folder.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_folder.File("bin")}:{start.Environment["PATH"]}";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return new ToolResult(process.ExitCode, output.Result, error);
    }

    private void Copy(string folder)
    {
        Directory.CreateDirectory(_folder.File(folder));
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, folder)))
            _folder.Write(Path.Combine(folder, Path.GetFileName(file)), System.IO.File.ReadAllBytes(file));
    }
}
