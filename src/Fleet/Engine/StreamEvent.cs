namespace EdgeSeq.Fleet.Engine;

/// <summary>A start or an end of an event of a stream.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Sequence">Number of the sample that decided it: with the name and the phase it tells an event from its repetition.</param>
/// <param name="Name">Name of the event.</param>
/// <param name="Json">As <c>edgeseq run</c> writes it, with <c>stream</c>, <c>sequence</c> and <c>unix_us</c> before.</param>
public sealed record StreamEvent(string Stream, long Sequence, string Name, byte[] Json);
