namespace EdgeSeq.Fuzz;

/// <summary>Inputs as the code under test takes them.</summary>
internal static class Input
{
    private static readonly string Folder = TemporaryFolder();

    public static byte[] ReadAll(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    /// <summary>A file of this content, overwritten by the next of the same name on the same thread.</summary>
    public static string File(string name, ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(Folder, $"{Environment.CurrentManagedThreadId}-{name}");
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Deleted when the process ends in good order.</summary>
    private static string TemporaryFolder()
    {
        var folder = Directory.CreateTempSubdirectory("edgeseq-fuzz-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }
}
