namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>Files of the repository, and the recordings beside it.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The folder with recordings and models; tests that need it (<c>SharedFact</c>) do not exist where it
    /// is missing.</summary>
    public static string Shared { get; } = Path.Combine(Root, "..", "shared");

    public static bool HasShared => Directory.Exists(Shared);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "EdgeSeq.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no EdgeSeq.sln above the tests");
        return folder;
    }
}
