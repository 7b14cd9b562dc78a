namespace EdgeSeq.Device;

/// <summary>A source or sink as a user writes it: <c>KIND:REST</c>.</summary>
public readonly record struct EndpointName(string Kind, string Rest)
{
    /// <summary>Stands for standard input or output instead of a path.</summary>
    public const string Standard = "-";

    /// <summary>The path, null for standard input or output.</summary>
    public string? Path => Rest == Standard ? null : Rest;

    /// <summary>What a user meant who wrote a path alone, by its extension; null where that says nothing.</summary>
    public static string? Meant(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".npy" => $"npy:{path}",
        ".csv" or ".tsv" => $"csv:{path}",
        ".wav" => $"wav:{path}",
        ".raw" or ".pcm" => $"pcm16:{path}",
        ".jsonl" => $"jsonl:{path}",
        ".txt" => $"text:{path}",
        _ => path == Standard ? "csv:-" : null,
    };

    public static EndpointName Parse(string text)
    {
        var colon = text.IndexOf(':');
        return colon < 0 ? new EndpointName(text, "") : new EndpointName(text[..colon], text[(colon + 1)..]);
    }
}
