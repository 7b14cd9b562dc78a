namespace EdgeSeq.Tool.Terminal;

/// <summary>Nanoseconds as people read them.</summary>
internal static class Duration
{
    public static string Of(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => $"{nanoseconds:0} ns",
        < 1e6 => $"{nanoseconds / 1e3:0.00} µs",
        < 1e9 => $"{nanoseconds / 1e6:0.00} ms",
        _ => $"{nanoseconds / 1e9:0.00} s",
    };
}
