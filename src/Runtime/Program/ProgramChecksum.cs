using System.Text;

namespace EdgeSeq.Runtime.Program;

/// <summary>The checksum that a program file carries: SHA-256 over the program's JSON (UTF-8) and then the data part.</summary>
public static class ProgramChecksum
{
    /// <summary>The metadata entry with the program's JSON.</summary>
    public const string ProgramKey = "edgeseq.program";

    /// <summary>The metadata entry with the checksum.</summary>
    public const string ChecksumKey = "edgeseq.sha256";

    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Compute(string programJson, ReadOnlySpan<byte> data)
    {
        var hash = Begun(programJson);
        hash.Append(data);
        return Convert.ToHexStringLower(hash.Finish());
    }

    /// <param name="data">The data part in parts.</param>
    internal static string Compute(string programJson, IReadOnlyList<byte[]> data)
    {
        var hash = Begun(programJson);
        foreach (var part in data)
            hash.Append(part);

        return Convert.ToHexStringLower(hash.Finish());
    }

    private static Sha256 Begun(string programJson)
    {
        var hash = new Sha256();
        hash.Append(Encoding.UTF8.GetBytes(programJson));
        return hash;
    }
}
