namespace EdgeSeq.FleetTrials.Trials;

/// <summary>What a fleet did under load.</summary>
/// <param name="Offered">Samples a second that the sensors measure.</param>
/// <param name="StepsPerSecond">Outputs a second that came.</param>
/// <param name="P50">Milliseconds from the last sample of a message, when it is published, until its
/// output is read from the broker.</param>
/// <param name="SiloNanoseconds">Processor time of all silos for a step: ingest, log, steps, outputs, snapshots.</param>
/// <param name="BareNanoseconds">The same steps in a bare session group.</param>
/// <param name="SiloCores">Processors that the silos used, of the machine's; so the broker, Redis and the load itself.</param>
internal sealed record LoadResult(
    int Silos, int Streams, int Shards, int StreamsAMessage, double Seconds, double Offered, double StepsPerSecond, double P50, double P99,
    double SiloNanoseconds, double BareNanoseconds, double Ratio, double SiloCores, double BrokerCores, double RedisCores,
    double LoadCores, double RssMb);
