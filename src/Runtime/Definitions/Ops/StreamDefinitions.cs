using EdgeSeq.Runtime.Program;
using static EdgeSeq.Runtime.Definitions.Define;

namespace EdgeSeq.Runtime.Definitions.Ops;

internal static class StreamDefinitions
{
    /// <summary>What a ring takes at each tick; absent where a Push at another clock fills it.</summary>
    public static readonly OperandDefinition Pushed = Data("x").Optional();

    public static readonly AttributeDefinition[] PushAttributes =
        [Flag(Push, 1), new("inputRate", AttributeKind.Whole) { Least = 1 }, new("inputOffset", AttributeKind.Whole) { Least = 0 }];

    public static IReadOnlyList<OpDefinition> All { get; } =
    [
        new("Push", OpFamily.Stream)
        {
            Meaning = "writes element j into slot j mod length, for a reader with push=0 that ticks at another clock: "
                + "that one has x = -1 and the Push's clock as inputRate and inputOffset",
            Inputs = [Data("x"), State("ring")],
            Outputs = [],
            Attributes = [Size("size"), Size("length")],
            Traits = OpTraits.None,
            Multiplications = NoMatrixWork,
        },
        new("Window", OpFamily.Stream)
        {
            Meaning = "the last length elements [outer, inner] as [outer, length, inner], newest last",
            Inputs = [Pushed, State("ring")],
            Outputs = [Data("y")],
            Attributes = [Size("outer"), Size("length"), Size("inner"), .. PushAttributes],
            WritesStatesIf = Push,
            Traits = OpTraits.MovesElements,
            Multiplications = NoMatrixWork,
        },
        new("Columns", OpFamily.Stream)
        {
            Meaning = "the last length columns of what ticks bring: y [outer, length, inner] ends with x [outer, elements, inner]; ring "
                + "[turns, outer, length, inner], of which tick j continues the part j mod turns, by elements columns each time",
            Inputs = [Data("x"), State("ring")],
            Outputs = [Data("y")],
            Attributes = [Size("outer"), Size("length"), Size("inner"), Size("elements"), Size("turns", 1)],
            Traits = OpTraits.MovesElements,
            Multiplications = NoMatrixWork,
        },
        new("Delay", OpFamily.Stream)
        {
            Meaning = "y is the x of count ticks ago, before that the ring's initial content",
            Inputs = [Data("x", Delayed), State("ring", Delayed)],
            Outputs = [Data("y", Delayed)],
            Attributes = [Size("size"), Size("count")],
            Traits = OpTraits.MovesElements,
            Multiplications = NoMatrixWork,
        },
        new("Latch", OpFamily.Stream)
        {
            Meaning = "y keeps the x of tick index",
            Inputs = [Data("x"), State("held")],
            Outputs = [Data("y")],
            Attributes = [Size("size"), Int("index", 0)],
            Traits = OpTraits.MovesElements,
            Multiplications = NoMatrixWork,
        },
        new("Table", OpFamily.Stream)
        {
            Meaning = "row j + start; error is enforced by the program's maxSteps",
            Inputs = [Table("table")],
            Outputs = [Data("y")],
            Attributes = [Size("size"), Size("rows"), LowerChoice<Beyond>("beyond"), Int("start", 0, 0)],
            Traits = OpTraits.CountsTicks,
            Multiplications = NoMatrixWork,
        },
        new("StepCount", OpFamily.Stream)
        {
            Meaning = "F32: (t + 1)·scale + offset; I64: (tick + start) / divisor, rounded down, exact",
            Inputs = [],
            Outputs = [Data("y", FloatOrI64)],
            Attributes =
            [
                Float("scale", 1), Float("offset", 0), new("start", AttributeKind.Whole) { Least = 0, Default = 0 },
                new("divisor", AttributeKind.Whole) { Least = 1, Default = 1 },
            ],
            Traits = OpTraits.CountsTicks,
            Multiplications = NoMatrixWork,
        },
        new("AfterEnd", OpFamily.Stream)
        {
            Meaning = "y is x; where a recording is flushed, value from the step on that is more than after steps behind its end: "
                + "padding at the end",
            Inputs = [Data("x")],
            Outputs = [Data("y")],
            Attributes = [Size("size"), new("after", AttributeKind.Whole) { IsRequired = true }, Float("value", 0)],
            Traits = OpTraits.MovesElements | OpTraits.InPlace,
            Multiplications = NoMatrixWork,
        },
        new("Running", OpFamily.Stream)
        {
            Meaning = "reduction over all ticks so far; acc is [2, size] for sum, mean, sumsquare and l2 (compensated sums), else [size]",
            Inputs = [Data("x"), State("acc")],
            Outputs = [Data("y")],
            Attributes = [LowerChoice<RunningFunction>("fn"), Size("size")],
            Traits = OpTraits.None,
            Multiplications = NoMatrixWork,
        },
    ];

    private static ElementType[] Delayed => [ElementType.F32, ElementType.I64, ElementType.Bool];
}
