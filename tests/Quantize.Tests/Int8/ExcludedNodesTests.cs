using EdgeSeq.Quantize.Int8;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Tests.Int8;

/// <summary>On the graph of 'lstm' (LSTM) and 'dense' (made from a Gemm).</summary>
public class ExcludedNodesTests
{
    private static readonly NodeReport[] Reports =
    [
        new() { Name = "lstm", OpType = "LSTM", Became = "" },
        new() { Name = "dense", OpType = "Gemm", Became = "" },
    ];

    [Theory]
    [InlineData("dense", "dense")]
    [InlineData("d?nse", "dense")]
    [InlineData("Gemm", "dense")]
    [InlineData("*", "dense, lstm")]
    [InlineData("LS*", "lstm")]
    public void A_pattern_fits_names_and_op_types(string pattern, string nodes) =>
        Assert.Equal(nodes, string.Join(", ", Of([], [pattern]).Keys.Order(StringComparer.Ordinal)));

    [Fact]
    public void A_name_is_no_pattern() => Assert.Throws<EdgeSeqException>(() => Of(["d*"], []));

    [Fact]
    public void The_option_stands_as_the_reason()
    {
        var excluded = Of(["lstm"], ["Ge*"]);

        Assert.Equal(("--float-node lstm", "--exclude Ge*"), (excluded["lstm"], excluded["dense"]));
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("lstm?")]
    public void What_fits_nothing_is_a_usage_error(string pattern)
    {
        var error = Assert.Throws<EdgeSeqException>(() => Of([], [pattern]));

        Assert.Equal(ErrorCodes.OptionInvalid, error.Code);
        Assert.Contains(pattern, error.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyDictionary<string, string> Of(string[] names, string[] patterns) =>
        ExcludedNodes.Of(StepGraphs.Lstm(), Reports, names, patterns);
}
