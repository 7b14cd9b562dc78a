using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>MaxPool, AveragePool or LpPool (p 1 or 2): [batch, channels, H, W] to [batch, channels, OH, OW].</summary>
internal sealed class Pool : StepOp
{
    private readonly Source<float> _x;
    private readonly Target<float> _y;
    private readonly Geometry _geometry;
    private readonly PoolFunction _function;
    private readonly int _planes;
    private readonly bool _countPadding;
    private readonly bool _squares;

    public Pool(OpReader reader)
    {
        _function = reader.Choice<PoolFunction>("fn");
        _planes = reader.Product(reader.Int("batch"), reader.Int("channels"));
        _countPadding = reader.Flag("countIncludePad");
        _squares = _function == PoolFunction.Lp && reader.Int("p") == 2;
        _geometry = new Geometry(reader, canReachPast: true);
        _x = reader.In<float>("x", reader.Product(_planes, _geometry.InputLength));
        _y = reader.Out<float>("y", reader.Product(_planes, _geometry.OutputLength));
    }

    public override void Step(in Frame frame)
    {
        var x = _x.Span(frame);
        var y = _y.Span(frame);
        for (var plane = 0; plane < _planes; plane++)
        {
            var input = x.Slice(plane * _geometry.InputLength, _geometry.InputLength);
            var output = y.Slice(plane * _geometry.OutputLength, _geometry.OutputLength);
            for (var i = 0; i < output.Length; i++)
                output[i] = Pooled(input, i / _geometry.Columns, i % _geometry.Columns);
        }
    }

    private float Pooled(ReadOnlySpan<float> input, int row, int column)
    {
        var result = _function == PoolFunction.Max ? float.NegativeInfinity : 0;
        var (count, padded) = (0, 0);
        for (var tap = 0; tap < _geometry.KernelLength; tap++)
        {
            padded += _geometry.InPadded(row, column, tap) ? 1 : 0;
            var at = _geometry.Input(row, column, tap);
            if (at < 0)
                continue;
            count++;
            result = Combined(result, input[at]);
        }

        return _function switch
        {
            PoolFunction.Average => result / Math.Max(_countPadding ? padded : count, 1),
            PoolFunction.Lp when _squares => MathF.Sqrt(result),
            _ => result,
        };
    }

    private float Combined(float result, float x) => _function switch
    {
        PoolFunction.Max => MathF.Max(result, x),
        PoolFunction.Average => result + x,
        _ => result + (_squares ? x * x : MathF.Abs(x)),
    };
}
