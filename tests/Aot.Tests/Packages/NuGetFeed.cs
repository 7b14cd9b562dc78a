using System.Diagnostics;
using System.IO.Compression;
using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Aot.Tests.Packages;

/// <summary>The packages that tools/package.sh nuget makes, and empty folders to install them in: nothing of this repository is seen from
/// there, other packages come from the cache of this machine.</summary>
public sealed class NuGetFeed : IDisposable
{
    private static readonly string Cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private readonly TempFolder _root = new();
    private readonly Lazy<string> _output = new(() =>
        new Command(Path.Combine(Repository.Root, "tools", "package.sh")).Run("nuget"));

    /// <summary>What the script printed.</summary>
    public string Output => _output.Value;

    /// <summary>The folder of the packages.</summary>
    public string Folder
    {
        get
        {
            _ = _output.Value;
            return Path.Combine(Repository.Root, "artifacts", "nuget");
        }
    }

    public void Dispose() => _root.Dispose();

    /// <summary>The one file of a package.</summary>
    public string File(string id, string extension = "nupkg") =>
        Path.Combine(Folder, $"{id}.{ProductVersion.Text}.{extension}");

    public static string[] Entries(string file)
    {
        using var zip = ZipFile.OpenRead(file);
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }

    public static string Text(string file, string entry)
    {
        using var zip = ZipFile.OpenRead(file);
        using var reader = new StreamReader(zip.GetEntry(entry)!.Open());
        return reader.ReadToEnd();
    }

    /// <summary>An empty folder where NuGet knows this feed and what the machine knows.</summary>
    public string NewFolder(string name)
    {
        var folder = Directory.CreateDirectory(_root.File(name)).FullName;
        System.IO.File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_root.File($"{name}-packages")}" /></config>
              <fallbackPackageFolders><add key="cache" value="{Cache}" /></fallbackPackageFolders>
              <packageSources><add key="local" value="{Folder}" /></packageSources>
            </configuration>
            """);
        return folder;
    }

    /// <summary>Makes a program that uses a package, in an empty folder, and runs it.</summary>
    /// <returns>What it printed, and seconds from the empty folder on.</returns>
    public (string Output, double Seconds) Use(string package, string program, params string[] arguments)
    {
        var folder = NewFolder(package);
        var begin = Stopwatch.GetTimestamp();
        System.IO.File.WriteAllText(Path.Combine(folder, "app.csproj"), Project(package));
        System.IO.File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        var output = Dotnet(folder).Run(["run", "-c", "Release", "-p:UseSharedCompilation=false", "--", .. arguments]);
        return (output.Trim(), Stopwatch.GetElapsedTime(begin).TotalSeconds);
    }

    /// <summary>The same as a native binary.</summary>
    public string UseNatively(string package, string program, params string[] arguments)
    {
        var folder = NewFolder($"{package}-native");
        System.IO.File.WriteAllText(Path.Combine(folder, "app.csproj"), Project(package));
        System.IO.File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        Dotnet(folder).Run("publish", "-c", "Release", "-r", DeviceBuild.X64.Name, "-p:PublishAot=true", "-o", "out", "-v", "quiet",
            "-p:UseSharedCompilation=false");
        return new Command(Path.Combine(folder, "out", "app")).Run(arguments).Trim();
    }

    /// <summary>Installs a tool in an empty folder.</summary>
    /// <returns>The tool, and seconds that it took.</returns>
    internal (Command Tool, double Seconds) Install(string tool)
    {
        var folder = NewFolder(tool);
        var begin = Stopwatch.GetTimestamp();
        Dotnet(folder).Run("tool", "install", tool, "--tool-path", "bin", "--prerelease");
        return (new Command(Path.Combine(folder, "bin", tool)) { Folder = folder }, Stopwatch.GetElapsedTime(begin).TotalSeconds);
    }

    /// <summary>Without build servers: they would live on with this process's pipes.</summary>
    private static Command Dotnet(string folder) =>
        new(["dotnet"], new Dictionary<string, string> { ["MSBUILDDISABLENODEREUSE"] = "1" }) { Folder = folder };

    private static string Project(string package) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <InvariantGlobalization>true</InvariantGlobalization>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="{package}" Version="{ProductVersion.Text}" />
          </ItemGroup>
        </Project>
        """;
}
