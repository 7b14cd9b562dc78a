using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>
/// An operand of a lowering: a computed value or a constant, with the shape under which the op sees it. Reshapes change the shape
/// and keep the value.
/// </summary>
internal sealed record StepOperand(StepValue? Value, OnnxTensor? Constant, int[] Shape)
{
    public int Length => Shapes.Count(Shape);

    /// <summary>A constant that is another one where the input has another length: no stream can have it.</summary>
    public bool IsOfOneLength { get; init; }

    public static StepOperand Of(StepValue value) => new(value, null, value.Shape);

    public static StepOperand Of(OnnxTensor constant) => new(null, constant, constant.StepShape());

    public StepOperand Reshaped(int[] shape) => this with { Shape = shape };
}
