using System.Globalization;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sinks;

/// <summary>A table with a row for each step with an output: recording, step, word (for text), then every value of every output,
/// named by its label or its index. Cells of an output that the step did not produce are empty.</summary>
internal sealed class CsvSink(Utf8Writer writer, IReadOnlyList<OutputInfo> outputs) : ISink
{
    private bool _hasHeader;
    private bool _hasWords;

    public void Write(IStepOutputs step)
    {
        if (!_hasHeader)
            WriteHeader(step);
        writer.Append(step.Recording);
        writer.Append((byte)',');
        writer.Append(step.StepIndex);
        if (_hasWords)
        {
            // The tokeniser's only word that a CSV file must quote is the comma.
            writer.Append(",\""u8);
            writer.Append(step.Word.Span);
            writer.Append((byte)'"');
        }

        for (var output = 0; output < outputs.Count; output++)
            WriteValues(step, output);
        writer.Append((byte)'\n');
    }

    public void EndRecording()
    {
    }

    public void Flush() => writer.Flush();

    public void Complete() => writer.Complete();

    public void Dispose() => writer.Dispose();

    private void WriteHeader(IStepOutputs step)
    {
        _hasHeader = true;
        _hasWords = !step.Word.IsEmpty;
        if (writer.IsContinued)
            return;
        writer.Append(_hasWords ? "recording,step,word"u8 : "recording,step"u8);
        foreach (var output in outputs)
        {
            for (var i = 0; i < output.Length; i++)
            {
                writer.Append((byte)',');
                writer.Append(Quoted(ColumnName(output, i)));
            }
        }

        writer.Append((byte)'\n');
    }

    private static string ColumnName(OutputInfo output, int i)
    {
        if (output.Labels?.Count == output.Length)
            return $"{output.Name}.{output.Labels[i]}";
        return output.Length == 1 ? output.Name : string.Create(CultureInfo.InvariantCulture, $"{output.Name}.{i}");
    }

    private static string Quoted(string name) => name.AsSpan().ContainsAny(",\"\n") ? $"\"{name.Replace("\"", "\"\"")}\"" : name;

    private void WriteValues(IStepOutputs step, int output)
    {
        var isReady = step.IsReady(output);
        for (var i = 0; i < outputs[output].Length; i++)
        {
            writer.Append((byte)',');
            if (!isReady)
                continue;
            if (outputs[output].Type == ElementType.F32)
                writer.Append(step.Floats(output)[i]);
            else
                writer.Append(step.Ids(output)[i]);
        }
    }
}
