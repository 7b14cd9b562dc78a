namespace EdgeSeq.Device.Sources.Alsa;

/// <summary>A capture device that is open and running, as ALSA shows it. Results below zero are negated error numbers of the
/// system.</summary>
internal interface IPcm : IDisposable
{
    /// <summary>Reads frames that are there.</summary>
    /// <param name="bytes">Room for whole frames.</param>
    /// <returns>Frames read.</returns>
    int Read(Span<byte> bytes);

    /// <summary>Returns when there may be something to read or the time is over.</summary>
    int Wait(int milliseconds);

    /// <summary>Starts again after an overrun or a suspension.</summary>
    int Recover(int error);
}
