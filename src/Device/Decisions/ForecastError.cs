namespace EdgeSeq.Device.Decisions;

/// <summary>Keeps forecasts until what they foretell has come.</summary>
/// <param name="values">Values of a forecast and of the input.</param>
/// <param name="ahead">Steps that a forecast looks ahead.</param>
/// <param name="scale">A forecast in the input's unit is output × scale + offset.</param>
internal sealed class ForecastError(int values, int ahead, float scale, float offset)
{
    /// <summary>The forecasts in a ring; NaN where a step gave none.</summary>
    public float[] Memory { get; } = Enumerable.Repeat(float.NaN, values * ahead).ToArray();

    public long Step { get; set; }

    /// <summary>The error of the forecast for this step (root mean square over its values), NaN where there was none; keeps the new
    /// one.</summary>
    /// <param name="input">What came at this step.</param>
    /// <param name="output">The forecast made at this step; empty for none.</param>
    public float Next(ReadOnlySpan<float> input, ReadOnlySpan<float> output)
    {
        var slot = Memory.AsSpan((int)(Step++ % ahead) * values, values);
        double sum = 0;
        for (var i = 0; i < values; i++)
        {
            var error = (double)input[i] - slot[i];
            sum += error * error;
            slot[i] = output.IsEmpty ? float.NaN : output[i] * scale + offset;
        }

        return (float)Math.Sqrt(sum / values);
    }

    public void Reset()
    {
        Array.Fill(Memory, float.NaN);
        Step = 0;
    }
}
