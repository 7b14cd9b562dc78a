using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeSeq.Models.Trials;

/// <summary>What became of one model.</summary>
internal sealed record TrialResult
{
    /// <summary>Between the processes; an error may be no number.</summary>
    public static JsonSerializerOptions Json { get; } = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public required string Model { get; init; }

    public string Exporter { get; init; } = "";

    /// <summary>stream, step or window; empty where it was refused.</summary>
    public string Mode { get; init; } = "";

    public string MustGive { get; init; } = "";

    /// <summary>Largest difference from the references, relative where they are above 1.</summary>
    public double? FloatError { get; init; }

    /// <summary>Share of outputs with the references' class, float32.</summary>
    public double? FloatAgreement { get; init; }

    public double? Int8Sqnr { get; init; }

    /// <summary>Points of accuracy that int8 loses against the references; of decisions where there are no labels.</summary>
    public double? Int8Loss { get; init; }

    /// <summary>Accuracy of the references on the labels.</summary>
    public double? Accuracy { get; init; }

    public double Seconds { get; init; }

    public double Int8Seconds { get; init; }

    /// <summary>Bytes of the int8 program.</summary>
    public long? Bytes { get; init; }

    public string Verdict { get; init; } = Verdicts.Ok;

    /// <summary>A refusal with its code, or what differs.</summary>
    public string Note { get; init; } = "";
}
