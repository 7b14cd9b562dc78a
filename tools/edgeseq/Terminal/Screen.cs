namespace EdgeSeq.Tool.Terminal;

/// <summary>Takes the terminal over for a view that is redrawn in place, and gives it back as it was when disposed.</summary>
internal sealed class Screen : IDisposable
{
    private const string Enter = "\e[?1049h\e[?25l";

    /// <summary>The first two take back what .NET does to a terminal's keys.</summary>
    private const string Leave = "\e[?1l\e>\e[?25h\e[?1049l";
    private const string BeginFrame = "\e[?2026h\e[H";
    private const string EndFrame = "\e[J\e[?2026l";
    private const string ClearToLineEnd = "\e[K";

    public Screen() => Console.Out.Write(Enter);

    /// <summary>Shows lines from the top; what the terminal is too small for is cut off below.</summary>
    public static void Show(string text)
    {
        var lines = text.Split('\n');
        var shown = lines.AsSpan(0, Math.Min(lines.Length, TerminalInfo.Height));
        Console.Out.Write(BeginFrame + string.Join($"{ClearToLineEnd}\r\n", shown!) + ClearToLineEnd + EndFrame);
    }

    public void Dispose() => Console.Out.Write(Leave);
}
