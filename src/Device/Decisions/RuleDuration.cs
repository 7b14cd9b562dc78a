using System.Globalization;

namespace EdgeSeq.Device.Decisions;

/// <summary>A length of time in a rule: seconds, or steps where the user wrote a number without a unit.</summary>
public readonly record struct RuleDuration(double Amount, bool IsSeconds)
{
    /// <summary>Units and their seconds. <c>ms</c> stands before <c>s</c> and <c>m</c>, of which it ends or begins.</summary>
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("min", 60), ("s", 1), ("h", 3600), ("d", 86400)];

    /// <summary>Reads <c>250ms</c>, <c>2s</c>, <c>1.5min</c>, <c>1h</c>, <c>1d</c>, or a number of steps.</summary>
    public static bool TryParse(string text, out RuleDuration duration)
    {
        var unit = Array.Find(Units, unit => text.EndsWith(unit.Unit, StringComparison.Ordinal));
        var digits = unit.Unit is null ? text : text[..^unit.Unit.Length];
        var isNumber = double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        duration = unit.Unit is null ? new RuleDuration(number, false) : new RuleDuration(number * unit.Seconds, true);
        return isNumber && double.IsFinite(duration.Amount);
    }

    /// <summary>The same in samples of the source, rounded to the nearest.</summary>
    /// <param name="samplesPerStep">New samples of the source a step.</param>
    /// <param name="samplesPerSecond">Rate of the source; need only be known for a duration in seconds.</param>
    public long Samples(int samplesPerStep, double? samplesPerSecond) =>
        (long)Math.Round(IsSeconds ? Amount * samplesPerSecond!.Value : Amount * samplesPerStep);
}
