namespace EdgeSeq.Runtime.Sessions;

/// <summary>Something that a process tells once, whichever thread comes first.</summary>
internal sealed class OnceOnly(Func<string?> find)
{
    private int _isTold;

    public void Tell(Action<string>? listener)
    {
        if (listener is not null && Interlocked.Exchange(ref _isTold, 1) == 0 && find() is { } text)
            listener(text);
    }
}
