namespace EdgeSeq.Runtime.Tests.Fixtures;

/// <summary>Files of the repository that the tests are built in.</summary>
internal static class Repository
{
    public static string Path(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "EdgeSeq.sln")))
                return System.IO.Path.Combine(folder.FullName, relative);
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
