using System.Numerics.Tensors;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// Means and covariances of the elements of a vector over all vectors seen, in fixed memory. Vectors count in inverse proportion to
/// their energy, since quantisation to the largest magnitude makes errors relative to it: the loud ones must not drown the quiet ones.
/// </summary>
/// <param name="columns">Elements of a vector.</param>
/// <param name="tellMeans">Whether the means are those of the model's use; those of noise are not.</param>
internal sealed class SecondMoments(int columns, bool tellMeans = true)
{
    /// <summary>Share of the mean variance that is added to every variance, so that directions without data do not count as free.</summary>
    private const double Damping = 0.01;

    /// <summary>Share of the mean energy below which vectors no longer gain weight: silence must not outweigh the signal.</summary>
    private const double QuietShare = 0.01;

    private readonly double[] _sums = new double[columns];
    private readonly double[] _products = new double[(long)columns * columns];
    private readonly double[] _vector = new double[columns];
    private double _weight, _energy;
    private long _count;

    public int Columns { get; } = columns;

    public bool TellMeans { get; } = tellMeans;

    /// <summary>No vector but zeros came.</summary>
    public bool IsEmpty => _weight == 0;

    public void Add(ReadOnlySpan<float> vector)
    {
        TensorPrimitives.ConvertTruncating(vector, _vector);

        // In order: a sum in lanes would be another on other machines, and so might codes be.
        double energy = 0;
        foreach (var value in _vector)
            energy += value * value;

        _count++;
        _energy += energy;
        if (_energy == 0)
            return;

        var weight = 1 / (energy + QuietShare * _energy / _count);
        _weight += weight;
        for (var i = 0; i < vector.Length; i++)
        {
            var value = weight * vector[i];
            if (value == 0)
                continue;

            _sums[i] += value;
            var row = _products.AsSpan(i * Columns, i + 1);
            TensorPrimitives.MultiplyAdd(_vector.AsSpan(0, i + 1), value, row, row);
        }
    }

    /// <summary>Of one element.</summary>
    public double MeanSquare(int element) => _products[(long)element * Columns + element] / _weight;

    /// <summary>The moments of the same vectors after each element was divided by its scale.</summary>
    public SecondMoments DividedBy(ReadOnlySpan<float> scales)
    {
        var divided = new SecondMoments(Columns, TellMeans) { _weight = _weight, _energy = _energy, _count = _count };
        for (var i = 0; i < Columns; i++)
        {
            divided._sums[i] = _sums[i] / scales[i];
            for (var k = 0; k <= i; k++)
                divided._products[i * Columns + k] = _products[i * Columns + k] / scales[i] / scales[k];
        }

        return divided;
    }

    public double[] Means() => [.. _sums.Select(sum => sum / _weight)];

    /// <summary>[columns, columns], damped, about the mean or about zero.</summary>
    public double[] Matrix(bool centred)
    {
        var matrix = new double[_products.Length];
        double trace = 0;
        for (var i = 0; i < Columns; i++)
        {
            for (var k = 0; k <= i; k++)
            {
                var value = _products[i * Columns + k] / _weight - (centred ? _sums[i] / _weight * (_sums[k] / _weight) : 0);
                matrix[i * Columns + k] = value;
                matrix[k * Columns + i] = value;
            }

            trace += matrix[i * Columns + i];
        }

        var damping = trace > 0 ? Damping * trace / Columns : 1;
        for (var i = 0; i < Columns; i++)
            matrix[i * Columns + i] += damping;

        return matrix;
    }
}
