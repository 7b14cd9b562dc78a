namespace EdgeSeq.Architecture.Tests;

/// <summary>What may use what. An assembly uses those before it in this list and no others; so do the folders in each.</summary>
internal static class AllLayers
{
    public static IReadOnlyList<AssemblyLayers> Of { get; } =
    [
        new("EdgeSeq.Runtime",
        [
            "Runtime.Errors",
            "Runtime.Kernels",
            "Runtime.Kernels.Numerics",
            "Runtime.Kernels.Reference",
            "Runtime.Kernels.Vector",
            "Runtime.Kernels.Portable",
            "Runtime.Kernels.Arm64",
            "Runtime.Kernels.X64.MachineCode",
            "Runtime.Kernels.X64",
            "Runtime.Kernels.Selection",
            "Runtime.Program",
            "Runtime.Ops",
            "Runtime.Sessions",
        ]),
        new("EdgeSeq.Device",
        [
            "Device",
            "Device.Files",
            "Device.Decisions",
            "Device.State",
            "Device.Text",
            "Device.Sinks",
            "Device.Simulation + Device.Sources",
            "Device.Run",
        ]),
        new("EdgeSeq.Quantize",
        [
            "Quantize.Onnx.Proto",
            "Quantize + Quantize.Onnx + Quantize.Onnx.Decomposition + Quantize.Onnx.Folding + Quantize.Onnx.Opsets + Quantize.Onnx.Ort"
                + " + Quantize.Onnx.Reading + Quantize.Onnx.Writing",
            "Quantize.Onnx.Quantized",
            "Quantize.Steps",
            "Quantize.Passes",
            "Quantize.StepModel",
            "Quantize.Writing",
            "Quantize.Replay",
            "Quantize.Ops + Quantize.Streaming",
            "Quantize.Conversion + Quantize.Quantization + Quantize.Verification",
            "Quantize.Reporting",
        ]),
        new("edgeseq",
        [
            "Tool.Json",
            "Tool.Terminal",
            "Tool.Usage",
            "Tool.Demo",
            "Tool.Bench",
            "Tool.Inspect",
            "Tool.Config",
            "Tool.Commands",
            "Tool",
        ]),
        new("edgeseq-convert",
        [
            "Tool.Json",
            "Tool.Terminal",
            "Tool.Usage",
            "ConvertTool.Output",
            "ConvertTool.Commands",
            "ConvertTool",
        ]),
    ];
}
