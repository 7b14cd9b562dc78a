namespace EdgeSeq.Benchmarks;

internal static class Options
{
    /// <summary>What follows an option, null where it is not given.</summary>
    public static string? Value(string[] args, string name)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }
}
