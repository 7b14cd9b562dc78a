namespace EdgeSeq.Runtime.Tests.Fixtures;

/// <summary>Programs of one or two ops, for tests of what is around the ops.</summary>
internal static class SmallPrograms
{
    /// <summary>x [2] → the x of the step before.</summary>
    public static ProgramBuilder Delayed(long? maxSteps = null)
    {
        var program = new ProgramBuilder { MaxSteps = maxSteps };
        var x = program.Input<float>("x", 2);
        var ring = program.State<float>(1, 2);
        var y = program.Arena<float>(2);
        program.Op("Delay", [x, ring], [y], ("size", 2), ("count", 1));
        program.Output<float>("y", y, 0, 2);
        return program;
    }

    /// <summary>id → row of a table with 4 rows: 10, 20, 30, 40.</summary>
    public static ProgramBuilder Embedding(bool throughCopy = false)
    {
        var program = new ProgramBuilder();
        var id = program.Input<long>("id", 1);
        var copy = program.Arena<long>(1);
        var y = program.Arena<float>(1);
        var list = ProgramBuilder.List(1);
        program.Op("Copy", [id], [copy], ("shape", list), ("srcStrides", list.DeepClone()), ("dstStrides", list.DeepClone()));
        program.Op("Gather", [program.Constant<float>([10, 20, 30, 40]), throughCopy ? copy : id], [y], ("rows", 4), ("inner", 1));
        program.Output<float>("y", y, 0, 1);
        return program;
    }

    /// <summary>x → -x at the steps 2, 5, 8, …</summary>
    public static ProgramBuilder EveryThird()
    {
        var program = new ProgramBuilder();
        var clock = program.Clock(3, 2);
        var x = program.Input<float>("x", 1);
        var y = program.Arena<float>(1);
        program.OpAt(clock, "Unary", [x], [y], ("fn", "Neg"));
        program.Output<float>("y", y, clock, 1);
        return program;
    }

    /// <summary>x and id → minus = -x, row = the table's row.</summary>
    public static ProgramBuilder TwoInputs()
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", 2);
        var id = program.Input<long>("id", 1);
        var minus = program.Arena<float>(2);
        var row = program.Arena<float>(1);
        program.Op("Unary", [x], [minus], ("fn", "Neg"));
        program.Op("Gather", [program.Constant<float>([10, 20, 30, 40]), id], [row], ("rows", 4), ("inner", 1));
        program.Output<float>("minus", minus, 0, 2);
        program.Output<float>("row", row, 0, 1);
        return program;
    }
}
