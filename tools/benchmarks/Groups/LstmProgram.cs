using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Benchmarks.Groups;

/// <summary>A program of one int8 LSTM with random weights; its output is the hidden state.</summary>
internal sealed class LstmProgram(int input, int hidden)
{
    private const int Gates = 4;

    private readonly List<ValueSpec> _values = [];
    private readonly List<FileTensor> _tensors = [];
    private readonly Random _random = new(1);
    private readonly int _rows = PackedLayout.GatedRows(hidden, Gates);
    private long _arenaBytes;
    private long _stateBytes = ProgramSpec.StateHeaderBytes;

    public static Model Load(int input, int hidden) => Model.Load(new LstmProgram(input, hidden).Build(), "lstm");

    private byte[] Build()
    {
        var x = Value(ValuePlace.Arena, ref _arenaBytes, input);
        var w = Weights(input);
        var scale = Scales();
        var r = Weights(hidden);
        var h = Value(ValuePlace.State, ref _stateBytes, hidden);
        var c = Value(ValuePlace.State, ref _stateBytes, hidden);
        var y = Value(ValuePlace.Arena, ref _arenaBytes, hidden);
        var spec = new ProgramSpec
        {
            Name = $"lstm-{input}-{hidden}",
            Mode = "stream",
            Inputs = [new InputSpec { Name = "x", Value = x, Shape = [input], Type = ElementType.F32 }],
            Outputs = [new OutputSpec { Name = "y", Value = y, Clock = 0, Shape = [hidden], Type = ElementType.F32, Kind = "stream" }],
            Values = [.. _values],
            Clocks = [new ClockSpec { Rate = 1, Offset = 0 }],
            Ops =
            [
                new OpSpec
                {
                    Op = "LSTM",
                    Name = "lstm",
                    Clock = 0,
                    In = [x, w, scale, r, scale, -1, -1, h, c],
                    Out = [y, h, c],
                    Attributes = new() { ["hidden"] = JsonSerializer.SerializeToElement(hidden),
                        ["input"] = JsonSerializer.SerializeToElement(input) },
                },
            ],
            StateBytes = _stateBytes,
            ArenaBytes = _arenaBytes,
            Provenance = new Provenance
            {
                OnnxFile = "none",
                OnnxSha256 = new string('0', 64),
                Converter = "benchmarks",
                Precision = "int8"
            },
        };
        return SafetensorsWriter.Write(spec, _tensors);
    }

    private int Weights(int columns)
    {
        var weights = new sbyte[PackedLayout.LengthS8(_rows, columns)];
        foreach (ref var weight in weights.AsSpan())
            weight = (sbyte)_random.Next(-127, 128);
        return Constant(ElementType.I8, "I8", weights.Length, MemoryMarshal.AsBytes<sbyte>(weights).ToArray());
    }

    private int Scales()
    {
        var scales = new float[_rows];
        scales.AsSpan().Fill(0.001f);
        return Constant(ElementType.F32, "F32", _rows, MemoryMarshal.AsBytes<float>(scales).ToArray());
    }

    private int Constant(ElementType type, string dtype, int length, byte[] bytes)
    {
        var name = $"t{_tensors.Count}";
        _tensors.Add(new FileTensor(name, dtype, [length], bytes));
        _values.Add(new ValueSpec { Name = name, Type = type, Shape = [length], Place = ValuePlace.Constant, Tensor = name });
        return _values.Count - 1;
    }

    private int Value(ValuePlace place, ref long end, int length)
    {
        _values.Add(new ValueSpec { Name = $"v{_values.Count}", Type = ElementType.F32, Shape = [length], Place = place, Offset = end });
        end += (length * sizeof(float) + ProgramSpec.Alignment - 1) / ProgramSpec.Alignment * ProgramSpec.Alignment;
        return _values.Count - 1;
    }
}
