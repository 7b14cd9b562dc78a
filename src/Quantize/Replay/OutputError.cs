namespace EdgeSeq.Quantize.Replay;

/// <summary>How far outputs are from their reference, gathered one output at a time in fixed memory.</summary>
public sealed class OutputError
{
    private const float Half = 0.5f;
    private const double DistributionTolerance = 0.01;

    private double _signal, _noise, _absolute, _actual, _product;
    private long _values, _sameClass, _sameSide;
    private bool _isDistribution = true;

    /// <summary>Outputs compared.</summary>
    public long Compared { get; private set; }

    /// <summary>Largest absolute difference.</summary>
    public double MaxError { get; private set; }

    /// <summary>Mean absolute difference.</summary>
    public double MeanError => _values > 0 ? _absolute / _values : 0;

    /// <summary>Root of the mean squared difference.</summary>
    public double RmsError => _values > 0 ? Math.Sqrt(_noise / _values) : 0;

    /// <summary>Signal over noise in decibels; null where there is no noise or no signal.</summary>
    public double? SqnrDb => _noise > 0 && _signal > 0 ? 10 * Math.Log10(_signal / _noise) : null;

    /// <summary>Cosine of the angle between the outputs and their references, all taken as one vector.</summary>
    public double? Cosine => _signal > 0 && _actual > 0 ? _product / Math.Sqrt(_signal * _actual) : null;

    /// <summary>Root mean square of the difference over that of the reference; 0 where there is no difference.</summary>
    public double RelativeError => _noise > 0 ? Math.Sqrt(_noise / Math.Max(_signal, double.Epsilon)) : 0;

    /// <summary>All values of the reference lie between 0 and 1.</summary>
    public bool IsProbability { get; private set; } = true;

    /// <summary>
    /// How often the output decides as the reference does. Probabilities that do not add up to 1, or a single one: the share of values on
    /// the same side of one half. Other outputs of several values: the share of outputs with the same largest value. A single value that
    /// is no probability decides nothing: null.
    /// </summary>
    public double? Agreement =>
        Compared == 0 ? null
        : IsProbability && !_isDistribution ? (double)_sameSide / _values
        : _values > Compared ? (double)_sameClass / Compared
        : null;

    public void Add(ReadOnlySpan<float> actual, ReadOnlySpan<float> reference)
    {
        Compared++;
        double sum = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            var difference = Math.Abs((double)actual[i] - reference[i]);
            MaxError = Math.Max(MaxError, difference);
            IsProbability &= reference[i] is >= 0 and <= 1;
            _sameSide += actual[i] >= Half == reference[i] >= Half ? 1 : 0;
            sum += reference[i];
            _absolute += difference;
            _noise += difference * difference;
            _signal += (double)reference[i] * reference[i];
            _actual += (double)actual[i] * actual[i];
            _product += (double)actual[i] * reference[i];
        }

        _values += reference.Length;
        _isDistribution &= reference.Length > 1 && Math.Abs(sum - 1) < DistributionTolerance;
        _sameClass += Decision.Of(actual) == Decision.Of(reference) ? 1 : 0;
    }
}
