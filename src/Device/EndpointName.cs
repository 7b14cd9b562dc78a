namespace EdgeSeq.Device;

/// <summary>A source or sink as a user writes it: <c>KIND:REST</c>.</summary>
public readonly record struct EndpointName(string Kind, string Rest)
{
    /// <summary>Stands for standard input or output instead of a path.</summary>
    public const string Standard = "-";

    /// <summary>The path, null for standard input or output.</summary>
    public string? Path => Rest == Standard ? null : Rest;

    public static EndpointName Parse(string text)
    {
        var colon = text.IndexOf(':');
        return colon < 0 ? new EndpointName(text, "") : new EndpointName(text[..colon], text[(colon + 1)..]);
    }
}
