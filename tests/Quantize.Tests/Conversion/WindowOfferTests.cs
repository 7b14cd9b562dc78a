using System.Globalization;
using System.Text.RegularExpressions;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Conversion;

/// <summary>Windows are offered with sizes that can be typed, where they help.</summary>
public sealed class WindowOfferTests
{
    private readonly GraphBuilder _g = new();

    [Fact]
    public void A_bidirectional_layer_runs_in_the_window_that_its_refusal_offers()
    {
        var reversed = _g.Node("CumSum", [_g.Input("x", 1, "time", 3), _g.Ints(1)], ("reverse", 1L));
        var refused = Streamed.Refused(_g.Output(reversed));
        var length = int.Parse(Regex.Match(refused.Hint!, "--window ([0-9]+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Streamed.CheckWindows(_g, length, length, steps: length);
    }

    [Fact]
    public void What_no_window_runs_is_not_offered_one()
    {
        var refused = Streamed.Refused(_g.Output(_g.Node("Unique", [_g.Input("x", "time")])));
        Assert.DoesNotContain("--mode window", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_needs_more_elements_than_the_model_takes_is_for_windows()
    {
        var wide = _g.Conv(_g.Input("x", 1, 2, 6), 2, 3, 13, 6, 6);
        _g.Output(_g.Node("ReduceMean", [_g.Conv(wide, 3, 3, 13, 6, 6), _g.Ints(2)], ("keepdims", 0L)));
        var refused = Streamed.Refused(_g);
        Assert.Equal(ErrorCodes.NotCausal, refused.Code);
        Assert.Contains("--window 6", refused.Hint, StringComparison.Ordinal);
    }
}
