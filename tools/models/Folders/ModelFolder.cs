namespace EdgeSeq.Models.Folders;

/// <summary>Reads a folder of models: NAME.onnx with NAME.json beside it, and a README.md with a table of what each must give.</summary>
internal static class ModelFolder
{
    private const string LastColumn = "must give", BrokenColumn = "what is wrong";

    public static IEnumerable<ModelFile> Models(string path, string? data)
    {
        var isFile = File.Exists(path);
        var folder = isFile ? Path.GetDirectoryName(Path.GetFullPath(path))! : Path.GetFullPath(path);
        var mustGive = Table(folder);
        return (isFile ? [path] : Directory.EnumerateFiles(folder, "*.onnx", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal)
            .Select(each => new ModelFile(Path.GetFullPath(each), Sidecar.Read(Path.ChangeExtension(each, ".json")),
                mustGive.GetValueOrDefault(Path.GetFileNameWithoutExtension(each)), data ?? DataBeside(folder)));
    }

    private static string DataBeside(string folder)
    {
        for (var at = new DirectoryInfo(folder).Parent; at is not null; at = at.Parent)
        {
            if (Directory.Exists(Path.Combine(at.FullName, "data")))
                return Path.Combine(at.FullName, "data");
        }

        return folder;
    }

    /// <summary>By name, the last cell of its row in a table whose last column is "must give"; "refused" in one of broken files.</summary>
    private static Dictionary<string, string> Table(string folder)
    {
        var rows = new Dictionary<string, string>();
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "README.md")))
                continue;

            string? column = null;
            foreach (var line in File.ReadLines(Path.Combine(at.FullName, "README.md")))
            {
                string[] cells = [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];
                if (!line.StartsWith('|') || cells.Length < 2)
                    column = null;
                else if (column is null)
                    column = cells[^1];
                else if (column is LastColumn or BrokenColumn)
                    Add(rows, cells, column);
            }

            break;
        }

        return rows;
    }

    private static void Add(Dictionary<string, string> rows, string[] cells, string column)
    {
        foreach (var name in cells[0].Split(',', StringSplitOptions.TrimEntries))
            rows[name] = column == BrokenColumn ? "refused" : cells[^1];
    }
}
