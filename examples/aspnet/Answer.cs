namespace EdgeSeq.Examples.AspNet;

/// <summary>What a client gets for a message.</summary>
/// <param name="Steps">Of this client's stream so far.</param>
/// <param name="Refused">Samples of the message that were no numbers.</param>
internal sealed record Answer(long Steps, string Top, float Score, int Refused);
