using System.Text.Json;
using EdgeSeq.Quantize.Timing;
using EdgeSeq.Tool.Json;

namespace EdgeSeq.ConvertTool.Output;

/// <summary>The document of <c>edgeseq-convert bench --json</c>.</summary>
internal sealed class StepComparisonJson(string program, string onnx, StepComparison comparison) : IJsonReport
{
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("program", program);
        json.WriteString("model", onnx);
        json.WriteString("isa", comparison.Isa);
        json.WriteString("onnx_runtime", comparison.OnnxRuntimeVersion);
        json.WriteNumber("steps_per_output", comparison.StepsPerOutput);
        json.WriteStartArray("timings");
        foreach (var timing in comparison.Timings)
        {
            json.WriteStartObject();
            json.WriteString("name", timing.Name);
            json.WriteNumber("ns", timing.Nanoseconds);
            json.WriteNumber("ratio", timing.Ratio);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
