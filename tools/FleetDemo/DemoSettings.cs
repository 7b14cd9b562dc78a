namespace EdgeSeq.FleetDemo;

/// <summary>What the command line says.</summary>
/// <param name="Seconds">Null runs until it is ended.</param>
/// <param name="Port">Of the first silo's page; 0 for a free one.</param>
internal sealed record DemoSettings(int Streams, int Silos, double? Seconds, int Port)
{
    public const int MostStreams = 50_000;
    public const int MostSilos = 8;
}
