using System.Text.Json;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sinks;

/// <summary>The outputs of a step as a JSON object:
/// <c>{"recording":0,"step":5,"word":"film","outputs":{"probs":[0.1,0.9]},"top":{"probs":"positive"}}</c>.
/// Values are row-major; NaN and infinities are null; <c>word</c> is there for text, <c>top</c> where labels are known, <c>time_ns</c> for
/// samples of devices,
/// <c>fault</c> where the last good sample stands for one that could not be read, <c>missed</c> where samples were lost before this
/// one.</summary>
internal sealed class StepText(IReadOnlyList<OutputInfo> outputs)
{
    private static readonly byte[][] FaultNames = [.. Enum.GetValues<SampleStatus>()
        .Select(status => Quoted(SampleStatusNames.NameOf(status)))];

    private readonly byte[][] _names = [.. outputs.Select(output => Quoted(output.Name))];
    private readonly byte[][][] _labels = [.. outputs.Select(output => output.Labels?.Select(Quoted).ToArray() ?? [])];

    /// <summary>The object without its braces.</summary>
    public void AppendMembers(Utf8Writer writer, IStepOutputs step)
    {
        writer.Append("\"recording\":"u8);
        writer.Append(step.Recording);
        writer.Append(",\"step\":"u8);
        writer.Append(step.StepIndex);
        if (!step.Word.IsEmpty)
        {
            // A word of the tokeniser has no character that JSON would escape.
            writer.Append(",\"word\":\""u8);
            writer.Append(step.Word.Span);
            writer.Append((byte)'"');
        }

        WriteMark(writer, step.Mark);
        writer.Append(",\"outputs\":{"u8);
        WriteValues(writer, step);
        writer.Append((byte)'}');
        WriteTop(writer, step);
    }

    private static byte[] Quoted(string text) => [(byte)'"', .. JsonEncodedText.Encode(text).EncodedUtf8Bytes, (byte)'"'];

    private static void WriteMark(Utf8Writer writer, SampleMark mark)
    {
        if (mark.Timestamp != 0)
        {
            writer.Append(",\"time_ns\":"u8);
            writer.Append(mark.Timestamp);
        }

        if (!mark.IsOk)
        {
            writer.Append(",\"fault\":"u8);
            writer.Append(FaultNames[(int)mark.Status]);
        }

        if (mark.Missed > 0)
        {
            writer.Append(",\"missed\":"u8);
            writer.Append(mark.Missed);
        }
    }

    private void WriteValues(Utf8Writer writer, IStepOutputs step)
    {
        var isFirst = true;
        for (var output = 0; output < _names.Length; output++)
        {
            if (!step.IsReady(output))
                continue;
            writer.Append(isFirst ? ""u8 : ","u8);
            isFirst = false;
            writer.Append(_names[output]);
            writer.Append(":["u8);
            if (outputs[output].Type == ElementType.F32)
                WriteFloats(writer, step.Floats(output));
            else
                WriteIds(writer, step.Ids(output));
            writer.Append((byte)']');
        }
    }

    private static void WriteFloats(Utf8Writer writer, ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0)
                writer.Append((byte)',');
            if (float.IsFinite(values[i]))
                writer.Append(values[i]);
            else
                writer.Append("null"u8);
        }
    }

    private static void WriteIds(Utf8Writer writer, ReadOnlySpan<long> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0)
                writer.Append((byte)',');
            writer.Append(values[i]);
        }
    }

    private void WriteTop(Utf8Writer writer, IStepOutputs step)
    {
        var isFirst = true;
        for (var output = 0; output < _names.Length; output++)
        {
            if (!step.IsReady(output) || TopClass.Of(step, output, outputs[output]) is not { } top)
                continue;
            writer.Append(isFirst ? ",\"top\":{"u8 : ","u8);
            isFirst = false;
            writer.Append(_names[output]);
            writer.Append((byte)':');
            writer.Append(_labels[output][top]);
        }

        if (!isFirst)
            writer.Append((byte)'}');
    }
}
