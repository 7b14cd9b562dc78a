using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Fixtures;

/// <summary>A file of the repository that follows from the code.</summary>
internal static class GeneratedFile
{
    /// <summary>Holds the file to its text, or writes it where <c>EDGESEQ_UPDATE_DOCS</c> is 1.</summary>
    public static void Check(string text, params string[] path)
    {
        var file = Path.Combine([Repository.Root, .. path]);
        if (Environment.GetEnvironmentVariable("EDGESEQ_UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        Assert.Equal(text, File.Exists(file) ? File.ReadAllText(file) : "");
    }
}
