namespace EdgeSeq.Models.Trials;

/// <summary>How a model came out.</summary>
internal static class Verdicts
{
    public const string Ok = "ok";

    /// <summary>Refused although it must convert.</summary>
    public const string Refused = "REFUSED";

    /// <summary>Another mode than it must give.</summary>
    public const string Mode = "MODE";

    /// <summary>Outputs that differ from the reference.</summary>
    public const string Float = "F32";

    /// <summary>int8 loses more than it may.</summary>
    public const string Int8 = "INT8";

    /// <summary>Nothing beside the model says what it gives, and ONNX Runtime did not say either.</summary>
    public const string NoReference = "NOREF";

    public const string Timeout = "TIMEOUT";

    public const string Crash = "CRASH";
}
