namespace EdgeSeq.Quantize.Verification;

/// <summary>How far outputs are from their reference, gathered one output at a time in fixed memory.</summary>
public sealed class OutputError
{
    private double _signal, _noise, _absolute, _actual, _product;
    private long _values, _agreeing;
    private bool _decides = true;

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

    /// <summary>Share of outputs with the same decision as the reference: the class with the largest value, or, of one value, at least
    /// one half. Null where the reference is a single value that is no probability.</summary>
    public double? Agreement => _decides && Compared > 0 ? (double)_agreeing / Compared : null;

    public void Add(ReadOnlySpan<float> actual, ReadOnlySpan<float> reference)
    {
        Compared++;
        for (int i = 0; i < reference.Length; i++)
        {
            double difference = Math.Abs((double)actual[i] - reference[i]);
            MaxError = Math.Max(MaxError, difference);
            _absolute += difference;
            _noise += difference * difference;
            _signal += (double)reference[i] * reference[i];
            _actual += (double)actual[i] * actual[i];
            _product += (double)actual[i] * reference[i];
        }

        _values += reference.Length;
        _decides &= reference.Length > 1 || reference[0] is >= 0 and <= 1;
        _agreeing += Decision.Of(actual) == Decision.Of(reference) ? 1 : 0;
    }
}
