using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Network;

/// <summary>A user and a password from a file of two lines, so that they stand on no command line.</summary>
internal sealed record Credentials(string User, string Password)
{
    /// <summary>Reads <c>credentials=FILE</c>; null where it is not given.</summary>
    /// <exception cref="EdgeSeqException">ES0601, ES0602 for the file, ES0704 for one without a user.</exception>
    public static Credentials? Of(EndpointOptions options, Action<string> warn)
    {
        if (options.Text("credentials") is not { } path)
            return null;
        using var reader = new StreamReader(InputFile.Open(path));
        var user = reader.ReadLine();
        if (string.IsNullOrEmpty(user))
            throw options.Invalid($"{path}: the first line is to be the user, the second the password");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & UnixFileMode.OtherRead) != 0)
            warn($"{path}: everybody on this machine can read it; chmod 600 changes that");
        return new Credentials(user, reader.ReadLine() ?? "");
    }
}
