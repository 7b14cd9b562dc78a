namespace EdgeSeq.Models.Folders;

/// <summary>A model with what its folder says of it.</summary>
/// <param name="Path">NAME.onnx.</param>
/// <param name="About">NAME.json; empty where there is none.</param>
/// <param name="MustGive">What the folder's README says it must give; null where it does not say.</param>
/// <param name="DataFolder">Where the recordings are.</param>
internal sealed record ModelFile(string Path, Sidecar About, string? MustGive, string DataFolder)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Elements of a sequence in NAME.in.INPUT.npy [calls, time, ..]; null where there is no such file.</summary>
    public int? LengthOfCalls => Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(Path)!, $"{Name}.in.*.npy")
        .Order(StringComparer.Ordinal).Select(path => NpyArray.Read(path).Shape).Where(shape => shape.Length > 1)
        .Select(shape => (int?)shape[1]).FirstOrDefault();

    /// <summary>The file NAME.suffix.npy beside the model; null where there is none.</summary>
    public NpyArray? Beside(string suffix)
    {
        var path = System.IO.Path.ChangeExtension(Path, $".{suffix}.npy");
        return File.Exists(path) ? NpyArray.Read(path) : null;
    }
}
