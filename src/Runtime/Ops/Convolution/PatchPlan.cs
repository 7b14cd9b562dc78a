using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>Where what lies under a kernel is in a padded plane [top + H + bottom, left + W + right, channels]: a vector for each output
/// position.</summary>
internal sealed class PatchPlan
{
    private readonly Geometry _geometry;
    private readonly int _channels;
    private readonly int[] _starts;
    private readonly int[] _runs;
    private readonly int _runLength;
    private readonly bool _channelsLast;

    /// <param name="reader">The op's reader.</param>
    /// <param name="geometry">Of the op.</param>
    /// <param name="channels">Elements at each place of the plane.</param>
    /// <param name="planes">Planes that lie one after another and share a product.</param>
    /// <param name="channelsLast">Whether inputs lie as [H, W, channels] instead of [channels, H, W].</param>
    /// <param name="tapByTap">Whether each tap is a run of its own, also where neighbours lie side by side.</param>
    public PatchPlan(OpReader reader, Geometry geometry, int channels, int planes, bool channelsLast, bool tapByTap = false)
    {
        _channelsLast = channelsLast;
        _geometry = geometry;
        _channels = channels;
        PlaneLength = reader.Product(geometry.PaddedRows, geometry.PaddedColumns, channels);
        reader.Product(planes, PlaneLength);
        _starts = new int[reader.Product(planes, geometry.OutputLength)];
        for (var i = 0; i < _starts.Length; i++)
            _starts[i] = (i / geometry.OutputLength * PlaneLength) + (geometry.PaddedStart(i % geometry.OutputLength) * channels);

        // Neighbours along W lie side by side, so that a row of the kernel is one run; one place alone where taps are apart.
        var together = geometry.TapsAreNeighbours && !tapByTap ? geometry.KernelColumns : 1;
        _runLength = together * channels;
        _runs = new int[geometry.KernelLength / together];
        for (var run = 0; run < _runs.Length; run++)
            _runs[run] = geometry.PaddedTap(run * together) * channels;
    }

    /// <summary>Elements of a plane.</summary>
    public int PlaneLength { get; }

    /// <summary>Whether an input is such a plane as it is.</summary>
    public bool IsPlane => !_geometry.HasPadding && (_channelsLast || _channels == 1 || _geometry.InputLength == 1);

    /// <summary>Writes an input as a plane.</summary>
    public void FillPlane(ReadOnlySpan<float> x, Span<float> plane)
    {
        if (!_geometry.HasPadding)
        {
            if (_channelsLast)
                x.CopyTo(plane);
            else
                KernelSet.Transpose(x, _channels, plane, _channels);
            return;
        }

        var line = _geometry.PaddedColumns * _channels;
        plane.Clear();
        for (var row = 0; row < _geometry.InputRows; row++)
        {
            var to = plane.Slice(((row + _geometry.Top) * line) + (_geometry.Left * _channels), _geometry.InputColumns * _channels);
            if (_channelsLast)
            {
                x.Slice(row * to.Length, to.Length).CopyTo(to);
                continue;
            }

            KernelSet.Transpose(x[(row * _geometry.InputColumns)..], _channels, _geometry.InputColumns, _geometry.InputLength, to,
                _channels);
        }
    }

    /// <param name="planes">One or several, one after another.</param>
    /// <param name="first">The first output position, counted over all planes.</param>
    /// <param name="count">How many.</param>
    public Patches Of(ReadOnlySpan<float> planes, int first, int count) =>
        new(planes, _starts.AsSpan(first, count), _runs, _runLength);
}
