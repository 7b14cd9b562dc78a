using System.Globalization;
using System.Text;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sinks;

/// <summary>Lines for people: the first output's values step by step (word by word for text), under their labels,
/// and the class that is on top. Values are shown as the program gives them. Long outputs are cut to the first values.</summary>
internal sealed class TableSink(Utf8Writer writer, SinkContext context, bool useColor) : ISink
{
    private const int MostColumns = 8;
    private const int NarrowestColumn = 9;
    private const int StepWidth = 8;
    private const int WordWidth = 16;
    private const float LargestPlain = 10000;

    private readonly OutputInfo _output = context.Outputs[0];
    private readonly int[] _widths = Widths(context.Outputs[0]);
    private readonly byte[][] _labels = [.. (context.Outputs[0].Labels ?? []).Select(Encoding.UTF8.GetBytes)];
    private readonly byte[] _number = new byte[64];
    private bool _hasHeader;
    private long _recording;

    public void Write(IStepOutputs step)
    {
        if (!step.IsReady(0))
            return;
        if (!_hasHeader)
            WriteHeader(!step.Word.IsEmpty);
        if (step.Recording != _recording)
            WriteRecording(step.Recording);
        WriteStep(step);
        for (var i = 0; i < _widths.Length; i++)
            WriteRight(_widths[i] + 2, Format(step, i));
        if (_output.Length > _widths.Length)
            writer.Append(" …"u8);
        if (TopClass.Of(step, 0, _output) is { } top)
            WriteTop(_labels[top]);
        writer.Append((byte)'\n');
    }

    public void EndRecording()
    {
    }

    public void Flush() => writer.Flush();

    public void Complete() => writer.Complete();

    public void Dispose() => writer.Dispose();

    private static int[] Widths(OutputInfo output) =>
        [.. Enumerable.Range(0, Math.Min(MostColumns, output.Length)).Select(i => Math.Max(NarrowestColumn, Title(output, i).Length))];

    private static string Title(OutputInfo output, int i)
    {
        if (output.Labels?.Count == output.Length)
            return output.Labels[i];
        return output.Length == 1 ? output.Name : string.Create(CultureInfo.InvariantCulture, $"{output.Name}[{i}]");
    }

    private void WriteHeader(bool hasWords)
    {
        _hasHeader = true;
        var header = new StringBuilder(hasWords ? "word".PadRight(WordWidth) : "step".PadLeft(StepWidth));
        for (var i = 0; i < _widths.Length; i++)
            header.Append(Title(_output, i).PadLeft(_widths[i] + 2));
        if (_output.Length > _widths.Length)
            header.Append(CultureInfo.InvariantCulture, $"  ({_output.Length} values)");
        writer.Append(useColor ? $"\e[1m{header}\e[0m\n" : $"{header}\n");
    }

    private void WriteRecording(long recording)
    {
        _recording = recording;
        writer.Append("\nrecording "u8);
        writer.Append(recording);
        writer.Append((byte)'\n');
    }

    private void WriteStep(IStepOutputs step)
    {
        if (step.Word.IsEmpty)
        {
            step.StepIndex.TryFormat(_number, out var length, default, CultureInfo.InvariantCulture);
            WriteRight(StepWidth, _number.AsSpan(0, length));
            return;
        }

        writer.Append(step.Word.Span);
        WriteSpaces(WordWidth - step.Word.Length);
    }

    private ReadOnlySpan<byte> Format(IStepOutputs step, int i)
    {
        int length;
        if (_output.Type == ElementType.F32)
        {
            var value = step.Floats(0)[i];
            value.TryFormat(_number, out length, MathF.Abs(value) < LargestPlain ? "F4" : "E2", CultureInfo.InvariantCulture);
        }
        else
        {
            step.Ids(0)[i].TryFormat(_number, out length, default, CultureInfo.InvariantCulture);
        }

        return _number.AsSpan(0, length);
    }

    private void WriteTop(ReadOnlySpan<byte> label)
    {
        writer.Append(useColor ? "  \e[1;32m"u8 : "  "u8);
        writer.Append(label);
        writer.Append(useColor ? "\e[0m"u8 : ""u8);
    }

    private void WriteRight(int width, ReadOnlySpan<byte> text)
    {
        WriteSpaces(width - text.Length);
        writer.Append(text);
    }

    private void WriteSpaces(int count)
    {
        for (var i = 0; i < count; i++)
            writer.Append((byte)' ');
    }
}
