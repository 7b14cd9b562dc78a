using System.Text.Json;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Benchmarks.Steps;

/// <summary>A program of so many ops of one element, one after another in place: nearly all of its time is the fixed cost of ops and
/// steps.</summary>
internal static class ChainProgram
{
    public static Model Load(int ops)
    {
        var spec = new ProgramSpec
        {
            Name = $"chain-{ops}",
            Mode = "stream",
            Inputs = [new InputSpec { Name = "x", Value = 0, Shape = [1], Type = ElementType.F32 }],
            Outputs = [new OutputSpec { Name = "y", Value = 0, Clock = 0, Shape = [1], Type = ElementType.F32, Kind = "stream" }],
            Values = [new ValueSpec { Name = "x", Type = ElementType.F32, Shape = [1], Place = ValuePlace.Arena, Offset = 0 }],
            Clocks = [new ClockSpec { Rate = 1, Offset = 0 }],
            Ops = [.. Enumerable.Range(0, ops).Select(Relu)],
            StateBytes = ProgramSpec.StateHeaderBytes,
            ArenaBytes = ProgramSpec.Alignment,
            Provenance = new Provenance
            {
                OnnxFile = "none",
                OnnxSha256 = new string('0', 64),
                Converter = "benchmarks",
                Precision = "f32",
            },
        };
        return Model.Load(SafetensorsWriter.Write(spec, []), "chain");
    }

    private static OpSpec Relu(int index) => new()
    {
        Op = "Unary",
        Name = $"relu{index}",
        Clock = 0,
        In = [0],
        Out = [0],
        Attributes = new() { ["fn"] = JsonSerializer.SerializeToElement("Relu") },
    };
}
