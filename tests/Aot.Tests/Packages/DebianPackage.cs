using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Aot.Tests.Packages;

/// <summary>The package for amd64, made of the x64 binary by tools/package.sh, and unpacked.</summary>
public sealed class DebianPackage : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Lazy<string> _file;
    private readonly Lazy<string> _root;

    public DebianPackage()
    {
        _file = new Lazy<string>(() =>
        {
            Toolchain.RequirePackaging();
            var script = Path.Combine(Repository.Root, "tools", "package.sh");
            return Path.Combine(Repository.Root, new Command(script).Run("amd64", DeviceBuild.X64.Binary).Trim());
        });
        _root = new Lazy<string>(() =>
        {
            new Command("dpkg-deb").Run("--extract", File, _folder.Root);
            return _folder.Root;
        });
    }

    /// <summary>Path of the package.</summary>
    public string File => _file.Value;

    /// <summary>The folder that it is unpacked in.</summary>
    public string Root => _root.Value;

    public string Field(string name) => new Command("dpkg-deb").Run("--field", File, name).Trim();

    public void Dispose() => _folder.Dispose();
}
