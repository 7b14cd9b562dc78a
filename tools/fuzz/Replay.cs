namespace EdgeSeq.Fuzz;

/// <summary>Runs a target on kept inputs. Each file's name is printed before its turn, so that the last one printed is the one that ended
/// the process.</summary>
internal static class Replay
{
    /// <param name="path">A file, or a folder whose files are taken in the order of their names.</param>
    public static void Run(Action<byte[]> target, string path)
    {
        foreach (var file in Directory.Exists(path) ? Directory.GetFiles(path).Order(StringComparer.Ordinal) : Enumerable.Repeat(path, 1))
        {
            Console.WriteLine(Path.GetFileName(file));
            Console.Out.Flush();
            target(File.ReadAllBytes(file));
        }
    }
}
