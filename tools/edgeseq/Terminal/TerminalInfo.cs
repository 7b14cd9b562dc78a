namespace EdgeSeq.Tool.Terminal;

/// <summary>What standard output and standard error are connected to, and whether colour is wanted (https://no-color.org).</summary>
internal static class TerminalInfo
{
    private const int DefaultWidth = 100;
    private const int DefaultHeight = 30;

    public static bool IsOutputTerminal => !Console.IsOutputRedirected;

    public static bool IsErrorTerminal => !Console.IsErrorRedirected;

    /// <summary>Whether standard output can be redrawn in place.</summary>
    public static bool CanRedraw => IsOutputTerminal && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    public static bool UsesColor =>
        IsOutputTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public static int Width => IsOutputTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : DefaultWidth;

    public static int Height => IsOutputTerminal && Console.WindowHeight > 0 ? Console.WindowHeight : DefaultHeight;
}
