namespace EdgeSeq.Tool.Inspect;

/// <summary>A box of a drawing.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Lines">Its text: a name, then what is to be known of it.</param>
internal sealed record GraphBox(GraphBoxKind Kind, string[] Lines);

/// <summary>An arrow between boxes, by their index.</summary>
/// <param name="Label">Shape of what flows; empty for a state.</param>
/// <param name="IsState">It reads or writes a state.</param>
internal sealed record GraphArrow(int From, int To, string Label, bool IsState);
