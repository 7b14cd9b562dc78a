using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Quantize.Timing;

namespace EdgeSeq.Benchmarks.Ort;

internal static class OrtRows
{
    /// <summary>The row with ONNX Runtime's step beside the others.</summary>
    /// <param name="steps">Steps that one call of it makes.</param>
    public static Row With(this Row row, string name, OrtStep step, int steps = 1) =>
        (row with { Subjects = [.. row.Subjects, new Subject(name, step.Step, steps)] }).Owns(step);
}
