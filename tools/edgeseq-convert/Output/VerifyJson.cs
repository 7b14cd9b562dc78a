using System.Text.Json;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Verification;
using EdgeSeq.Tool.Json;

namespace EdgeSeq.ConvertTool.Output;

/// <summary>A verification as JSON.</summary>
internal sealed class VerifyJson(VerifyReport report) : IJsonReport
{
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("model", report.Model);
        json.WriteString("program", report.Program);
        json.WriteString("data", report.Data);
        json.WriteString("mode", report.Mode);
        json.WriteNumber("recordings", report.Recordings);
        json.WriteNumber("steps", report.Steps);
        json.WriteBoolean("passed", report.Failures.Count == 0);
        json.WriteKnown("failures", report.Failures);
        json.WriteBoolean("has_thresholds", report.HasThresholds);
        json.WriteStartObject("origin");
        WriteOrigin(json, report.Origin);
        json.WriteEndObject();
        json.WriteNumber("int8_mac_share", report.Int8MacShare);
        json.WriteStartObject("bytes");
        json.WriteNumber("onnx", report.Sizes.Onnx);
        json.WriteNumber("f32", report.Sizes.F32);
        json.WriteNumber("int8", report.Sizes.Program);
        json.WriteNumber("f32_weights", report.Sizes.F32Weights);
        json.WriteNumber("int8_weights", report.Sizes.ProgramWeights);
        json.WriteEndObject();
        WriteArray(json, "outputs", report.Outputs, WriteOutput);
        json.WriteKnown("first_diverging_node", report.FirstDivergingNode);
        WriteArray(json, "nodes", report.Nodes, WriteNode);
    }

    private static void WriteOrigin(Utf8JsonWriter json, VerifyOrigin origin)
    {
        json.WriteString("made", origin.Made);
        json.WriteString("version", origin.Version);
        json.WriteString("onnx_runtime", origin.OnnxRuntimeVersion);
        json.WriteString("machine", origin.Machine);
        json.WriteString("converter", origin.Converter);
        json.WriteString("precision", origin.Precision);
        json.WriteKnown("calibration", origin.Calibration);
        json.WriteString("model_sha256", string.Join(' ', origin.ModelSha256));
        json.WriteString("program_sha256", origin.ProgramSha256);
        json.WriteKnown("data_sha256", origin.DataSha256);
    }

    private static void WriteOutput(Utf8JsonWriter json, VerifiedOutput output)
    {
        json.WriteString("name", output.Name);
        json.WriteNumbers("shape", output.Shape);
        WriteError(json, output.Error);
        WriteObject(json, "f32", output.F32, WriteError);
        WriteObject(json, "against_f32", output.AgainstF32, WriteError);
        json.WriteKnown("loss", double.IsFinite(output.Loss) ? output.Loss : null);
        json.WriteNumber("int8_mac_share", output.Int8MacShare);
        if (output.Accuracy is { } accuracy)
        {
            json.WriteStartObject("accuracy");
            json.WriteNumber("onnx", accuracy.Onnx.Share);
            json.WriteNumber("f32", accuracy.F32.Share);
            json.WriteNumber("int8", accuracy.Int8.Share);
            json.WriteEndObject();
            json.WriteStartObject("accuracy_interval");
            WriteInterval(json, "onnx", accuracy.Onnx);
            WriteInterval(json, "f32", accuracy.F32);
            WriteInterval(json, "int8", accuracy.Int8);
            json.WriteEndObject();
        }

        json.WriteStartArray("over_time");
        for (var part = 0; part < output.OverTime.Count; part++)
        {
            json.WriteStartObject();
            json.WriteNumber("step", part * output.StepsPerPart);
            WriteError(json, output.OverTime[part]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteError(Utf8JsonWriter json, OutputError error)
    {
        json.WriteNumber("compared", error.Compared);
        json.WriteNumber("max_error", error.MaxError);
        json.WriteNumber("mean_error", error.MeanError);
        json.WriteNumber("rms_error", error.RmsError);
        json.WriteKnown("sqnr_db", error.SqnrDb);
        json.WriteKnown("cosine", error.Cosine);
        json.WriteKnown("agreement", error.Agreement);
    }

    private static void WriteNode(Utf8JsonWriter json, VerifiedNode node)
    {
        json.WriteString("name", node.Name);
        json.WriteString("op", node.Op);
        json.WriteKnown("precision", node.Precision);
        json.WriteNumber("macs", node.Macs);
        json.WriteKnown("sqnr_db", node.SqnrDb);
    }

    private static void WriteInterval(Utf8JsonWriter json, string name, Accuracy accuracy)
    {
        json.WriteStartArray(name);
        json.WriteNumberValue(accuracy.Interval.Low);
        json.WriteNumberValue(accuracy.Interval.High);
        json.WriteEndArray();
    }

    private static void WriteObject<T>(Utf8JsonWriter json, string name, T value, Action<Utf8JsonWriter, T> members)
    {
        json.WriteStartObject(name);
        members(json, value);
        json.WriteEndObject();
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> members)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            members(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
