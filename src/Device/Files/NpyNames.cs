namespace EdgeSeq.Device.Files;

/// <summary>File names for inputs and outputs: characters that a file name should not have become '_'.</summary>
internal static class NpyNames
{
    public static string FileName(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')) + ".npy";
}
