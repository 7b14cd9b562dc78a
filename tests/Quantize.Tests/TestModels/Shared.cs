namespace EdgeSeq.Quantize.Tests.TestModels;

/// <summary>The models and recordings beside the repository; tests that need them (<see cref="Device.Tests.Fixtures.SharedFactAttribute"/>) do not exist where
/// they are missing.</summary>
internal static class Shared
{
    private static readonly string? Folder = Find();

    public static bool Exists => Folder is not null;

    public static string Path(string name) => System.IO.Path.Combine(
        Folder ?? throw new InvalidOperationException("the shared folder is missing"), name);

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(System.IO.Path.Combine(folder.FullName, "EdgeSeq.sln")))
                continue;
            var shared = System.IO.Path.Combine(folder.FullName, "..", "shared");
            return Directory.Exists(shared) ? System.IO.Path.GetFullPath(shared) : null;
        }

        return null;
    }
}
