using EdgeSeq.Device.Decisions;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Decisions;

public class RuleParserTests
{
    [Fact]
    public void A_rule_has_its_thresholds_and_times()
    {
        var rule = RuleParser.Parse("on=0.5, off=0.35, least=250ms, gap=1.5s, pad=3, pause=1min, smooth=mean:400ms");

        Assert.Equal((0.5f, 0.35f), (rule.On, rule.Off));
        Assert.Equal(new RuleDuration(0.25, true), rule.Least);
        Assert.Equal(new RuleDuration(1.5, true), rule.Gap);
        Assert.Equal(new RuleDuration(3, false), rule.Pad);
        Assert.Equal(new RuleDuration(60, true), rule.Pause);
        Assert.Equal((Smoothing.Mean, new RuleDuration(0.4, true)), (rule.Smoothing, rule.SmoothingLength));
    }

    [Fact]
    public void The_lower_threshold_is_the_upper_one_if_not_given() => Assert.Equal(0.7f, RuleParser.Parse("on=0.7").Off);

    [Fact]
    public void A_majority_is_half_if_not_given() => Assert.Equal(0.5f, RuleParser.Parse("smooth=majority:9").On);

    [Fact]
    public void Classes_are_parted_by_bars() => Assert.Equal(["walking", "lying"], RuleParser.Parse("on=1, classes=walking|lying").Classes);

    [Theory]
    [InlineData("off=0.3", "no on=THRESHOLD")]
    [InlineData("on=0.3, off=0.5", "above on")]
    [InlineData("on=high", "'high'")]
    [InlineData("on=NaN", "'NaN'")]
    [InlineData("on=0.5, onn=1", "no 'onn'")]
    [InlineData("on=0.5, on=1", "twice")]
    [InlineData("on=", "lacks its value")]
    [InlineData("on=0.5, least=250kg", "250ms, 2s")]
    [InlineData("on=0.5, least=-1s", "250ms, 2s")]
    [InlineData("on=0.5, smooth=mean", "lacks its time")]
    [InlineData("on=0.5, smooth=median:3", "mean:TIME")]
    [InlineData("on=0.5, smooth=mean:0", "no time")]
    [InlineData("on=0.5, score=loss", "value or error")]
    [InlineData("on=0.5, ahead=0", "above 0")]
    public void A_rule_that_is_not_understood_says_what_is_wrong(string rule, string words)
    {
        var error = Assert.Throws<EdgeSeqException>(() => RuleParser.Parse(rule));

        Assert.Equal(ErrorCodes.DecisionRuleInvalid, error.Code);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }
}
