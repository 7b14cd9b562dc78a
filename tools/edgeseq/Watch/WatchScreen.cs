using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.Tool.Watch;

/// <summary>The time in which a live view has the terminal. Afterwards the terminal is as before, and what was said meanwhile stands on
/// standard error.</summary>
internal sealed class WatchScreen : IDisposable
{
    private readonly Screen _screen = new();
    private readonly WatchView _view;
    private readonly RunMessages _messages;

    public WatchScreen(WatchView view, RunMessages messages)
    {
        _view = view;
        _messages = messages;
        _messages.View = view;
    }

    public void Dispose()
    {
        _screen.Dispose();
        _messages.View = null;
        foreach (var note in _view.Notes)
            Console.Error.WriteLine(note);
    }
}
