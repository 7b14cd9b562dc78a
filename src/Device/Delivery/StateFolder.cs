using System.Text;

namespace EdgeSeq.Device.Delivery;

/// <summary>Where queues stand that nobody gave a place: in the state folder of the systemd unit, else of the user
/// (https://specifications.freedesktop.org/basedir-spec/).</summary>
internal static class StateFolder
{
    /// <param name="name">A sink's name; characters that no file name should have become dashes.</param>
    public static string Of(string name)
    {
        var file = new StringBuilder();
        foreach (var character in name)
            file.Append(char.IsAsciiLetterOrDigit(character) || character is '.' or '_' ? character : '-');
        return Path.Combine(Root(), file.ToString());
    }

    private static string Root()
    {
        if (Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } unit)
            return unit.Split(':')[0];
        var user = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state
            ? state : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return Path.Combine(user, "edgeseq");
    }
}
