using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>The positions of a sliding kernel on a plane [H, W].</summary>
internal sealed class Geometry
{
    private readonly int[] _input;
    private readonly int[] _kernel;
    private readonly int[] _strides;
    private readonly int[] _dilations;
    private readonly int[] _pads;

    /// <summary>Reads inputShape, kernel, strides, dilations (each [H, W]), pads [top, left, bottom, right] and outputShape where positions
    /// may reach past the padding (ONNX's ceil_mode).</summary>
    public Geometry(OpReader reader, bool canReachPast = false)
    {
        _input = reader.Ints("inputShape");
        _kernel = reader.Ints("kernel");
        _strides = reader.Ints("strides");
        _dilations = reader.Ints("dilations");
        _pads = reader.Ints("pads");
        var output = canReachPast && reader.Has("outputShape") ? reader.Ints("outputShape") : null;
        (Rows, Columns) = (OutputSize(0, output, reader), OutputSize(1, output, reader));
        InputLength = reader.Product(_input);
        OutputLength = reader.Product(Rows, Columns);
        KernelLength = reader.Product(_kernel);
    }

    /// <summary>Rows of the output plane.</summary>
    public int Rows { get; }

    public int Columns { get; }

    public int InputLength { get; }

    public int OutputLength { get; }

    public int KernelLength { get; }

    /// <summary>The input element under tap <paramref name="tap"/> (row-major in the kernel) at an output position, -1 in the
    /// padding.</summary>
    public int Input(int row, int column, int tap)
    {
        var h = (row * _strides[0]) - _pads[0] + (tap / _kernel[1] * _dilations[0]);
        var w = (column * _strides[1]) - _pads[1] + (tap % _kernel[1] * _dilations[1]);
        return (uint)h < (uint)_input[0] && (uint)w < (uint)_input[1] ? (h * _input[1]) + w : -1;
    }

    /// <summary>What lies under the kernel at an output position, zeros in the padding: [kernel, channels].</summary>
    /// <param name="x">[H, W, channels].</param>
    /// <param name="channels">Elements at each place of the plane.</param>
    /// <param name="position">Row-major in the output plane.</param>
    /// <param name="taps">[kernel, channels].</param>
    public void Gather(ReadOnlySpan<float> x, int channels, int position, Span<float> taps)
    {
        var (row, column) = Math.DivRem(position, Columns);
        var (top, left) = ((row * _strides[0]) - _pads[0], (column * _strides[1]) - _pads[1]);
        var line = _kernel[1] * channels;
        for (var h = top; !taps.IsEmpty; h += _dilations[0], taps = taps[line..])
        {
            if ((uint)h < (uint)_input[0])
                GatherLine(x.Slice(h * _input[1] * channels, _input[1] * channels), channels, left, taps[..line]);
            else
                taps[..line].Clear();
        }
    }

    /// <summary>Where in x [H, W, size] the taps at an output position start.</summary>
    /// <param name="size">Elements at each place of the plane.</param>
    /// <param name="position">Row-major in the output plane.</param>
    /// <param name="padding">What stands for a tap in the padding.</param>
    /// <param name="taps">[kernel].</param>
    public void Taps(int size, int position, int padding, Span<int> taps)
    {
        var (row, column) = Math.DivRem(position, Columns);
        var (top, left) = ((row * _strides[0]) - _pads[0], (column * _strides[1]) - _pads[1]);
        for (var h = top; !taps.IsEmpty; h += _dilations[0])
        {
            for (var (w, i) = (left, 0); i < _kernel[1]; i++, w += _dilations[1])
                taps[i] = (uint)h < (uint)_input[0] && (uint)w < (uint)_input[1] ? ((h * _input[1]) + w) * size : padding;
            taps = taps[_kernel[1]..];
        }
    }

    /// <summary>Whether a tap lies on the input or its padding.</summary>
    public bool InPadded(int row, int column, int tap) =>
        (row * _strides[0]) + (tap / _kernel[1] * _dilations[0]) < _input[0] + _pads[0] + _pads[2]
        && (column * _strides[1]) + (tap % _kernel[1] * _dilations[1]) < _input[1] + _pads[1] + _pads[3];

    /// <summary>The taps of one row of the kernel from a line [W, channels].</summary>
    private void GatherLine(ReadOnlySpan<float> line, int channels, int left, Span<float> taps)
    {
        if (_dilations[1] == 1)
        {
            // Padding, then what is on the line, then padding again; either may be all of it.
            var start = Math.Clamp(-left, 0, _kernel[1]);
            var end = Math.Clamp(_input[1] - left, start, _kernel[1]);
            taps[..(start * channels)].Clear();
            if (end > start)
                line.Slice((left + start) * channels, (end - start) * channels).CopyTo(taps[(start * channels)..]);
            taps[(end * channels)..].Clear();
            return;
        }

        for (var w = left; !taps.IsEmpty; w += _dilations[1], taps = taps[channels..])
        {
            if ((uint)w < (uint)_input[1])
                line.Slice(w * channels, channels).CopyTo(taps);
            else
                taps[..channels].Clear();
        }
    }

    private int OutputSize(int axis, int[]? output, OpReader reader)
    {
        var reach = ((long)(_kernel[axis] - 1) * _dilations[axis]) + 1;
        var room = (long)_input[axis] + _pads[axis] + _pads[axis + 2];
        // Keeps every position that Input computes inside an int.
        if (reach > room || room > int.MaxValue / 2)
            throw reader.Error($"the kernel reaches over {reach} of {room} elements");
        var fitting = ((room - reach) / _strides[axis]) + 1;
        if (output is null || output[axis] == fitting)
            return (int)fitting;
        var start = fitting * _strides[axis];
        return output[axis] == fitting + 1 && start <= int.MaxValue / 2
            ? output[axis]
            : throw reader.Error($"outputShape has {output[axis]} positions where {fitting} fit");
    }
}
