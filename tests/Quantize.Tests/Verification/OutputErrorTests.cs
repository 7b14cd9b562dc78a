using EdgeSeq.Quantize.Replay;

namespace EdgeSeq.Quantize.Tests.Verification;

public class OutputErrorTests
{
    [Fact]
    public void Errors_are_gathered_over_all_outputs()
    {
        var error = new OutputError();

        error.Add([1.5f, 2], [1, 2]);
        error.Add([3, 5], [3, 4]);

        Assert.Equal(2, error.Compared);
        Assert.Equal(1, error.MaxError);
        Assert.Equal(1.5 / 4, error.MeanError, 12);
        Assert.Equal(Math.Sqrt(1.25 / 4), error.RmsError, 12);
        Assert.Equal(10 * Math.Log10(30 / 1.25), error.SqnrDb!.Value, 12);
    }

    [Fact]
    public void Equal_outputs_have_no_noise_and_cosine_1()
    {
        var error = new OutputError();

        error.Add([1, -2], [1, -2]);

        Assert.Null(error.SqnrDb);
        Assert.Equal(1, error.Cosine!.Value, 12);
    }

    [Fact]
    public void Agreement_is_the_share_of_the_same_largest_value()
    {
        var error = new OutputError();

        error.Add([1, 2, 0], [0, 3, 1]);
        error.Add([2, 1, 0], [0, 3, 1]);

        Assert.Equal(0.5, error.Agreement);
    }

    [Fact]
    public void A_single_probability_decides_at_one_half()
    {
        var error = new OutputError();

        error.Add([0.6f], [0.9f]);
        error.Add([0.4f], [0.6f]);

        Assert.Equal(0.5, error.Agreement);
    }

    [Fact]
    public void A_single_value_beyond_0_to_1_decides_nothing()
    {
        var error = new OutputError();

        error.Add([0.6f], [0.9f]);
        error.Add([-3], [-3.1f]);

        Assert.Null(error.Agreement);
    }

    [Fact]
    public void Probabilities_that_do_not_add_up_to_1_decide_one_by_one()
    {
        var error = new OutputError();

        error.Add([0.6f, 0.9f, 0.1f, 0.2f], [0.4f, 0.8f, 0.1f, 0.1f]);

        Assert.Equal(0.75, error.Agreement);
    }

    [Fact]
    public void A_distribution_decides_by_its_largest_value()
    {
        var error = new OutputError();

        error.Add([0.3f, 0.36f, 0.34f], [0.3f, 0.34f, 0.36f]);

        Assert.Equal(0, error.Agreement);
    }
}
