using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Int8;

/// <summary>Reads from a running program the vectors that one weight matrix multiplies.</summary>
/// <param name="Value">The program's value that holds them after the op ran.</param>
/// <param name="Columns">Elements of a vector.</param>
internal abstract record MatrixVectors(int Value, int Columns)
{
    /// <summary>Takes one vector.</summary>
    public delegate void Visitor(ReadOnlySpan<float> vector);

    /// <param name="node">The step graph's node.</param>
    /// <param name="op">The same in the program.</param>
    public static MatrixVectors Of(StepNode node, WeightSlot slot, OpSpec op, ProgramSpec program)
    {
        var columns = node.Inputs[slot.Weights]!.Layout!.Columns;
        return slot.Matrix.Vectors switch
        {
            VectorSource.Ring => new RingVectors(op.In[node.Definition.Input("ring")], columns, node, program.Clocks[op.Clock]),
            VectorSource.Patches => new PatchVectors(slot.Vectors(op), columns, node),
            _ => new PlainVectors(slot.Vectors(op), columns),
        };
    }

    /// <summary>Visits every vector of the session's last step.</summary>
    public void Visit(ProbedProgram program, Session session, Visitor visitor) =>
        Visit(program.Read(session, Value), session.StepCount - 1, visitor);

    /// <param name="values">The value's content.</param>
    /// <param name="step">The step that was done, from 0.</param>
    protected abstract void Visit(ReadOnlySpan<float> values, long step, Visitor visitor);

    /// <summary>Vectors one after another.</summary>
    private sealed record PlainVectors(int Value, int Columns) : MatrixVectors(Value, Columns)
    {
        protected override void Visit(ReadOnlySpan<float> values, long step, Visitor visitor)
        {
            for (var at = 0; at < values.Length; at += Columns)
                visitor(values.Slice(at, Columns));
        }
    }

    /// <summary>The taps of a streaming convolution, oldest first, out of its ring [span][channels].</summary>
    private sealed record RingVectors(int Value, int Columns, StepNode Node, ClockSpec Clock) : MatrixVectors(Value, Columns)
    {
        private readonly float[] _taps = new float[Columns];

        protected override void Visit(ReadOnlySpan<float> values, long step, Visitor visitor)
        {
            int channels = Node.Int("channels"), kernel = Node.Int("kernel"), dilation = Node.Int("dilation"), groups = Node.Int("groups");
            int groupChannels = channels / groups, span = (kernel - 1) * dilation + 1;
            var newest = Node.Int("push") == 1
                ? (step - Clock.Offset) / Clock.Rate
                : (step - Node.Int("inputOffset")) / Node.Int("inputRate");
            for (var group = 0; group < groups; group++)
            {
                for (var tap = 0; tap < kernel; tap++)
                {
                    var element = newest - (kernel - 1 - tap) * dilation;
                    var slot = (int)((element % span + span) % span);
                    values.Slice(slot * channels + group * groupChannels, groupChannels).CopyTo(_taps.AsSpan(tap * groupChannels));
                }

                visitor(_taps);
            }
        }
    }

    /// <summary>The patches of a convolution on [batch, channels, height, width], in the order [kernel height][kernel
    /// width][channel].</summary>
    private sealed record PatchVectors(int Value, int Columns, StepNode Node) : MatrixVectors(Value, Columns)
    {
        private readonly float[] _patch = new float[Columns];

        protected override void Visit(ReadOnlySpan<float> values, long step, Visitor visitor)
        {
            int[] input = Ints("inputShape"), kernel = Ints("kernel"), strides = Ints("strides"), dilations = Ints("dilations"),
                pads = Ints("pads");
            var groupChannels = Node.Int("channels") / Node.Int("groups");
            int height = Positions(0), width = Positions(1), area = input[0] * input[1];
            for (var image = 0; image < values.Length; image += groupChannels * area)
            {
                for (var position = 0; position < height * width; position++)
                {
                    Gather(values.Slice(image, groupChannels * area), position / width, position % width);
                    visitor(_patch);
                }
            }

            int[] Ints(string name) => (int[])Node.Attribute(name);

            int Positions(int axis) =>
                (input[axis] + pads[axis] + pads[axis + 2] - (kernel[axis] - 1) * dilations[axis] - 1) / strides[axis] + 1;

            void Gather(ReadOnlySpan<float> channels, int row, int column)
            {
                var to = 0;
                for (var tap = 0; tap < kernel[0] * kernel[1]; tap++)
                {
                    int y = row * strides[0] - pads[0] + tap / kernel[1] * dilations[0],
                        x = column * strides[1] - pads[1] + tap % kernel[1] * dilations[1];
                    var inside = y >= 0 && y < input[0] && x >= 0 && x < input[1];
                    for (var channel = 0; channel < groupChannels; channel++)
                        _patch[to++] = inside ? channels[channel * area + y * input[1] + x] : 0;
                }
            }
        }
    }
}
