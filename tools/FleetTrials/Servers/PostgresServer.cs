using System.Diagnostics;

namespace EdgeSeq.FleetTrials.Servers;

/// <summary>PostgreSQL as Debian installs it, with its own settings: what it acknowledged is on the disk.</summary>
internal sealed class PostgresServer() : ServerProcess("postgres")
{
    private const string Owner = "postgres";

    public string Connection => $"Host=127.0.0.1;Port={Port};Username={Owner};Database={Owner}";

    private static bool IsRoot => System.Environment.UserName == "root";

    private string Data => Path.Combine(Folder, "data");

    protected override IReadOnlyList<string> Command()
    {
        if (!Directory.Exists(Data))
            MakeData();
        return [.. AsOwner(), Binary("postgres"), "-D", Data, "-p", $"{Port}", "-h", "127.0.0.1", "-k", Folder];
    }

    private void MakeData()
    {
        if (IsRoot)
            Run(["chown", Owner, Folder]);
        Run([.. AsOwner(), Binary("initdb"), "-D", Data, "-A", "trust", "-U", Owner]);
    }

    private static void Run(IReadOnlyList<string> command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ends with {process.ExitCode}: {output}");
    }

    /// <summary>PostgreSQL does not run as root.</summary>
    private static string[] AsOwner() => IsRoot ? ["runuser", "-u", Owner, "--"] : [];

    private static string Binary(string name) =>
        Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", name)).Where(File.Exists).Max()
        ?? throw new FileNotFoundException($"{name} of PostgreSQL is not installed");
}
