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

    public int InputRows => _input[0];

    public int InputColumns => _input[1];

    public int KernelColumns => _kernel[1];

    /// <summary>Columns of the input from an output position to the next.</summary>
    public int ColumnStride => _strides[1];

    /// <summary>Rows of padding above the input.</summary>
    public int Top => _pads[0];

    /// <summary>Columns of padding before the input.</summary>
    public int Left => _pads[1];

    public int PaddedRows => _input[0] + _pads[0] + _pads[2];

    public int PaddedColumns => _input[1] + _pads[1] + _pads[3];

    public bool HasPadding => PaddedRows > _input[0] || PaddedColumns > _input[1];

    /// <summary>Whether the taps of a row of the kernel lie on neighbouring columns.</summary>
    public bool TapsAreNeighbours => _dilations[1] == 1;

    /// <summary>Where in the padded input the kernel begins at an output position.</summary>
    /// <param name="position">Row-major in the output plane.</param>
    public int PaddedStart(int position) =>
        (position / Columns * _strides[0] * PaddedColumns) + (position % Columns * _strides[1]);

    /// <summary>Where in the padded input a tap (row-major in the kernel) lies, counted from where the kernel begins.</summary>
    public int PaddedTap(int tap) => (tap / _kernel[1] * _dilations[0] * PaddedColumns) + (tap % _kernel[1] * _dilations[1]);

    /// <summary>The taps that lie on the input.</summary>
    /// <param name="axis">0: rows, 1: columns.</param>
    /// <param name="position">Of the output, along the axis.</param>
    public TapRange TapsOnInput(int axis, int position)
    {
        var (start, step) = ((position * _strides[axis]) - _pads[axis], _dilations[axis]);
        var skipped = start < 0 ? (-start + step - 1) / step : 0;
        var end = Math.Clamp((_input[axis] - start + step - 1) / step, 0, _kernel[axis]);
        return new TapRange(start + (skipped * step), Math.Max(end - skipped, 0), step);
    }

    /// <summary>How many taps lie on the input or its padding.</summary>
    public int TapsOnPaddedInput(int axis, int position)
    {
        var left = _input[axis] + _pads[axis] + _pads[axis + 2] - (position * _strides[axis]);
        return Math.Clamp((left + _dilations[axis] - 1) / _dilations[axis], 0, _kernel[axis]);
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
