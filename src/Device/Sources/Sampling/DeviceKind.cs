using EdgeSeq.Device.Sensors;

namespace EdgeSeq.Device.Sources.Sampling;

/// <summary>What sampling must know of a device.</summary>
/// <param name="Channels">Everything that it gives, in SI units.</param>
/// <param name="Usual">How many of the channels, from the first, a source gives where nobody chooses.</param>
/// <param name="UsualHz">Samples a second where neither the program nor the user says.</param>
/// <param name="MostHz">Samples a second that it can give at most.</param>
/// <param name="StuckAfter">Equal samples in a row after which it counts as stuck; 0 for never.</param>
internal sealed record DeviceKind(IReadOnlyList<Channel> Channels, int Usual, double UsualHz, double MostHz, int StuckAfter);
