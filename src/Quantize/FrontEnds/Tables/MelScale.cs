namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>Frequency in hertz and on a mel scale: <c>htk</c> is 2595·log10(1 + f/700); <c>slaney</c> is linear below 1 kHz and
/// logarithmic above; <c>linear</c> is hertz.</summary>
internal static class MelScale
{
    private const double LogStep = 27.0, LogBase = 6.4, Knee = 1000, KneeMel = 15;

    public static double ToMel(double hz, string scale) => scale switch
    {
        "htk" => 1127 * Math.Log(1 + hz / 700),
        "slaney" => hz >= Knee ? KneeMel + Math.Log(hz / Knee) * LogStep / Math.Log(LogBase) : hz * 3 / 200,
        "linear" => hz,
        _ => throw FrontEndErrors.Invalid($"there is no mel scale '{scale}'", "htk, slaney or linear"),
    };

    public static double ToHz(double mel, string scale) => scale switch
    {
        "htk" => 700 * (Math.Exp(mel / 1127) - 1),
        "slaney" => mel >= KneeMel ? Knee * Math.Exp(Math.Log(LogBase) / LogStep * (mel - KneeMel)) : mel * 200 / 3,
        "linear" => mel,
        _ => throw FrontEndErrors.Invalid($"there is no mel scale '{scale}'", "htk, slaney or linear"),
    };
}
