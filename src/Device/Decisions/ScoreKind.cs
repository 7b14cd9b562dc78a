namespace EdgeSeq.Device.Decisions;

/// <summary>What the score of an event is.</summary>
public enum ScoreKind
{
    /// <summary>The value of the output itself.</summary>
    Value,

    /// <summary>How far the output, a forecast of the input, is from what then came: the root mean square over its values.</summary>
    ForecastError,
}
