using Microsoft.Extensions.Logging;

namespace EdgeSeq.Hosting;

/// <summary>What goes to the log.</summary>
internal static partial class Messages
{
    [LoggerMessage(1, LogLevel.Information, "{Program} loaded, {Checksum}, kernels {Kernels}")]
    public static partial void Loaded(ILogger log, string program, string checksum, string kernels);

    [LoggerMessage(2, LogLevel.Information, "{Program}: new sessions get {Checksum}, those that are open stay with {Old}")]
    public static partial void NewVersion(ILogger log, string program, string checksum, string old);

    [LoggerMessage(3, LogLevel.Error, "{Program}: the file changed and is not usable, the version before stays. {Error}")]
    public static partial void KeepsOldVersion(ILogger log, string program, string error);

    [LoggerMessage(4, LogLevel.Warning, "{Program}: step {Step} is refused, an input or the state would be no number")]
    public static partial void Refused(ILogger log, string program, long step);

    [LoggerMessage(5, LogLevel.Warning, "{Text}")]
    public static partial void Warning(ILogger log, string text);
}
