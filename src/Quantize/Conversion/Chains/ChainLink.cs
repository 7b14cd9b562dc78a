using System.Globalization;
using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.FrontEnds.Reading;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>What goes from an output of one part to an input of another.</summary>
/// <param name="Output">Null: its only one.</param>
/// <param name="Input">Null: its only one that is no state.</param>
internal sealed record ChainLink(string From, string? Output, string To, string? Input)
{
    /// <summary>The input takes so many of the last elements; null: what comes, as it comes.</summary>
    public int? Window { get; init; }

    /// <summary>Elements from one window to the next.</summary>
    public int? Hop { get; init; }

    public double Scale { get; init; } = 1;

    public double Offset { get; init; }

    /// <summary><c>A:output -> B:input, window=76, hop=8, scale=0.1, offset=2</c>.</summary>
    public static ChainLink Parse(string text)
    {
        string[] parts = [.. text.Split(',', StringSplitOptions.TrimEntries)];
        if (parts[0].Split("->", StringSplitOptions.TrimEntries) is not [{ Length: > 0 } from, { Length: > 0 } to])
            throw FrontEndErrors.Invalid($"'{text}' is no link", "A:output -> B:input, window=W, hop=H, scale=S, offset=O");

        var (fromName, output) = Port(from);
        var (toName, input) = Port(to);
        var settings = CallText.Parse($"link({string.Join(',', parts[1..])})");
        var link = new ChainLink(fromName, output, toName, input)
        {
            Window = settings.Whole("window"),
            Hop = settings.Whole("hop"),
            Scale = settings.Number("scale") ?? 1,
            Offset = settings.Number("offset") ?? 0,
        };
        settings.Finish(0);
        if (link.Window is < 1 || link.Hop is < 1)
            throw FrontEndErrors.Invalid($"'{text}': a window and a hop are 1 or more");

        return link;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{From}{(Output is null ? "" : $":{Output}")} -> {To}{(Input is null ? "" : $":{Input}")}{(Window is int w ? $", window={w}" : "")}{(Hop is int h ? $", hop={h}" : "")}{(Scale == 1 ? "" : $", scale={Scale}")}{(Offset == 0 ? "" : $", offset={Offset}")}");

    /// <summary>Names of wires may hold colons, names of parts may not.</summary>
    private static (string Name, string? Port) Port(string text)
    {
        var at = text.IndexOf(':', StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }
}
