using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Ops.Convolution;
using EdgeSeq.Runtime.Ops.Movement;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops;

/// <summary>Finds the values of a program that lie as [H, W, channels] instead of [channels, H, W]: those that pass between ops of which
/// each takes either form. Convolutions and pooling work along the channels, so nothing is turned between them. What an op computes of an
/// element stays the same to the bit; only its place differs, and nobody outside sees these values.</summary>
internal sealed class ChannelsLast
{
    /// <summary>Channels of a value of which no op has told anything.</summary>
    private const int Unknown = 0;

    /// <summary>Instead of a number of channels: an op needs the order of the model.</summary>
    private const int ModelOrder = -1;

    private readonly int[] _channels;

    /// <summary>Values that must lie alike.</summary>
    private readonly List<int[]> _alike = [];

    private readonly List<Turn> _turns = [];

    private ChannelsLast(ProgramSpec program, LoadedValue[] values)
    {
        _channels = new int[values.Length];
        for (var value = 0; value < values.Length; value++)
        {
            if (values[value].Place != ValuePlace.Arena || values[value].Type != ElementType.F32)
                _channels[value] = ModelOrder;
        }

        foreach (var input in program.Inputs)
            Require(input.Value, ModelOrder);
        foreach (var output in program.Outputs)
            Require(output.Value, ModelOrder);
    }

    /// <returns>For each value, whether it lies channels last.</returns>
    /// <exception cref="Errors.EdgeSeqException">ES0111, ES0112: an op is not as its definition wants it.</exception>
    public static bool[] Find(string file, ProgramSpec program, LoadedValue[] values)
    {
        var found = new ChannelsLast(program, values);
        foreach (var op in program.Ops)
        {
            var either = found.TakenEitherWay(new OpReader(file, program, values, op));
            found.RequireModelOrder(op.In, either);
            found.RequireModelOrder(op.Out, either);
        }

        found.Agree();
        foreach (var turn in found._turns)
            found.Decide(turn);
        found.Agree();
        return Array.ConvertAll(found._channels, channels => channels > 0);
    }

    /// <summary>The operands that an op takes in either form.</summary>
    private int[] TakenEitherWay(OpReader reader)
    {
        switch (reader.Op)
        {
            case "Conv" when reader.Int("batch") == 1 && (reader.Int("groups") == 1 || DepthwiseConv.Fits(reader)):
                return Planes(reader, reader.Int("channels"), reader.Int("outChannels"));
            case "Pool" when reader.Int("batch") == 1:
                return Planes(reader, reader.Int("channels"), reader.Int("channels"));
            case "Window" when reader.Int("inner") == 1:
                Require(reader.OutValue("y"), reader.Int("outer"));
                return [reader.OutValue("y")];
            case "Columns":
                Require(reader.InValue("x"), reader.Int("outer"));
                return Alike([reader.InValue("x"), reader.OutValue("y")]);
            case "Unary":
                return Alike([reader.InValue("x"), reader.OutValue("y")]);
            case "Binary":
                return Alike(ElementByElement(reader));
            case "Copy" when TurnedAxes.Whole(reader) is { } axes:
                _turns.Add(new Turn(reader.InValue("x"), reader.OutValue("y"), axes));
                return [reader.InValue("x"), reader.OutValue("y")];
            case "Copy" when PlanePart.Find(reader) is { } part:
                return Parts(reader, part);
            default:
                return [];
        }
    }

    private int[] Planes(OpReader reader, int channels, int outChannels)
    {
        var (x, y) = (reader.InValue("x"), reader.OutValue("y"));
        Require(x, channels);
        Require(y, outChannels);
        return [x, y];
    }

    private int[] Parts(OpReader reader, PlanePart part)
    {
        if (part.Channels > 0)
            Require(reader.InValue("x"), part.Channels);
        return Alike([reader.InValue("x"), reader.OutValue("y")]);
    }

    private int[] Alike(int[] values)
    {
        _alike.Add(values);
        return values;
    }

    /// <summary>The result and the operands that have an element for each of its; none where an operand repeats along some axes
    /// only.</summary>
    private static int[] ElementByElement(OpReader reader)
    {
        var shape = reader.Ints("shape");
        var values = new List<int> { reader.OutValue("y") };
        foreach (var name in (string[])["a", "b"])
        {
            var strides = reader.Ints($"{name}Strides", shape.Length);
            if (Strides.AreContiguous(shape, strides))
                values.Add(reader.InValue(name));
            else if (Array.Exists(strides, stride => stride != 0))
                return [];
        }

        return [.. values];
    }

    private void RequireModelOrder(int[] operands, int[] either)
    {
        foreach (var value in operands)
        {
            if (Array.IndexOf(either, value) < 0)
                Require(value, ModelOrder);
        }
    }

    private void Require(int value, int channels)
    {
        if ((uint)value < (uint)_channels.Length && _channels[value] != channels)
            _channels[value] = _channels[value] == Unknown ? channels : ModelOrder;
    }

    private void Agree()
    {
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var values in _alike)
            {
                foreach (var one in values)
                {
                    foreach (var other in values)
                    {
                        var before = _channels[other];
                        if (_channels[one] != Unknown)
                            Require(other, _channels[one]);
                        changed |= _channels[other] != before;
                    }
                }
            }
        }
    }

    /// <summary>A copy that turns a plane only moves it where one side lies channels last; the other is then as the model has it.</summary>
    private void Decide(Turn turn)
    {
        if (_channels[turn.X] == turn.Axes.Rows)
        {
            Require(turn.Y, ModelOrder);
            return;
        }

        Require(turn.X, ModelOrder);
        if (_channels[turn.Y] != turn.Axes.Columns)
            Require(turn.Y, ModelOrder);
    }

    /// <summary>A copy from [rows, columns] to [columns, rows].</summary>
    private sealed class Turn(int x, int y, TurnedAxes axes)
    {
        public int X => x;

        public int Y => y;

        public TurnedAxes Axes => axes;
    }
}
