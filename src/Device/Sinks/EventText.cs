using System.Text.Json;
using EdgeSeq.Device.Decisions;

namespace EdgeSeq.Device.Sinks;

/// <summary>An event as a JSON object: <c>{"event":"speech","phase":"start","time":2.6,"sample":41600,"score":0.93}</c> or
/// <c>{"event":"speech","phase":"end","time":4.7,"start_sample":41600,"end_sample":75232,"score":0.99}</c>. <c>time</c> is in seconds of
/// the source and is left out where its rate is not known; events of a set of recordings have <c>recording</c> too.</summary>
internal sealed class EventText(SinkContext context)
{
    private readonly byte[][] _names = [.. context.EventNames!.Select(name => JsonEncodedText.Encode(name).EncodedUtf8Bytes.ToArray())];

    public void Append(Utf8Writer writer, in DecisionEvent decided)
    {
        writer.Append((byte)'{');
        AppendMembers(writer, decided);
        writer.Append((byte)'}');
    }

    /// <summary>The object without its braces.</summary>
    public void AppendMembers(Utf8Writer writer, in DecisionEvent decided)
    {
        writer.Append("\"event\":\""u8);
        writer.Append(_names[decided.Name]);
        writer.Append(decided.IsStart ? "\",\"phase\":\"start\""u8 : "\",\"phase\":\"end\""u8);
        if (context.IsBatch)
            Append(writer, ",\"recording\":"u8, decided.Recording);
        if (context.SamplesPerSecond is { } rate)
        {
            writer.Append(",\"time\":"u8);
            writer.AppendSeconds((decided.IsStart ? decided.StartSample : decided.EndSample) / rate);
        }

        Append(writer, decided.IsStart ? ",\"sample\":"u8 : ",\"start_sample\":"u8, decided.StartSample);
        if (!decided.IsStart)
            Append(writer, ",\"end_sample\":"u8, decided.EndSample);
        writer.Append(",\"score\":"u8);
        writer.Append(decided.Score);
    }

    private static void Append(Utf8Writer writer, ReadOnlySpan<byte> name, long value)
    {
        writer.Append(name);
        writer.Append(value);
    }
}
