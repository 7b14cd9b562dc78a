namespace EdgeSeq.Tool.Watch;

/// <summary>What a run says on standard error while it goes; in the live view where that has the terminal.</summary>
internal sealed class RunMessages
{
    private volatile WatchView? _view;

    /// <summary>The view that shows messages; null for standard error.</summary>
    public WatchView? View
    {
        get => _view;
        set => _view = value;
    }

    public void Warn(string warning) => Say($"warning: {warning}");

    public void Tell(string note) => Say($"note: {note}");

    private void Say(string text)
    {
        if (_view is { } view)
            view.Note(text);
        else
            Console.Error.WriteLine(text);
    }
}
