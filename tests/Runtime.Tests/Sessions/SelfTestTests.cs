using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Sessions;

public class SelfTestTests
{
    [Fact]
    public void Passes_where_every_bit_is_as_recorded()
    {
        using var model = Negation([-1, -2, -3, 4, -5, -6]).Load();
        Assert.Equal(new SelfTestResult(true, 3), model.SelfTest());
    }

    [Fact]
    public void Names_the_first_value_that_differs()
    {
        using var model = Negation([-1, -2, -3, 4.0000005f, -5, -6]).Load();
        Assert.Equal(new SelfTestResult(false, 1, "y", 1, 1), model.SelfTest());
    }

    [Fact]
    public void A_program_without_one_says_so()
    {
        using var model = OpCatalogue.Program("Unary").Load();
        Assert.Equal(ErrorCodes.SelfTestMissing, Assert.Throws<EdgeSeqException>(() => model.SelfTest()).Code);
    }

    [Fact]
    public void Outputs_of_another_length_are_refused_at_load()
    {
        var e = Assert.Throws<EdgeSeqException>(() => Negation([-1, -2]).Load());
        Assert.Equal(ErrorCodes.SelfTestInvalid, e.Code);
    }

    /// <summary>y = -x for three steps with these outputs on record.</summary>
    private static ProgramBuilder Negation(float[] outputs)
    {
        var program = new ProgramBuilder { SelfTestSteps = 3 };
        var x = program.Input<float>("x", 2);
        var y = program.Arena<float>(2);
        program.Op("Unary", [x], [y], ("fn", "Neg"));
        program.Output<float>("y", y, 0, 2);
        program.Tensor<float>("selftest.in.x", [1, 2, 3, -4, 5, 6], 3, 2);
        program.Tensor("selftest.out.y", outputs, outputs.Length / 2, 2);
        return program;
    }
}
