namespace EdgeSeq.Quantize.Writing;

/// <summary>What an input holds.</summary>
/// <param name="Channels">Names of its elements, or of the one signal of which it is a frame.</param>
/// <param name="Unit">One unit, or several joined by +, each for the channels of its quantity.</param>
/// <param name="Hop">Frames of one signal: new samples a step.</param>
internal sealed record InputDescription(string[]? Channels, string? Unit, int? Hop);
