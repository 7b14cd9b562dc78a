using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Steps;

/// <summary>A tensor of the step graph: constant, state or arena. Shapes are those of one step.</summary>
internal sealed class StepValue
{
    private StepValue(string name, ElementType type, int[] shape, ValuePlace place)
    {
        Name = name;
        Type = type;
        Shape = shape;
        Place = place;
        Root = this;
    }

    public string Name { get; }

    public ElementType Type { get; set; }

    public int[] Shape { get; set; }

    public ValuePlace Place { get; }

    /// <summary>
    /// A constant's content or a state's initial content (null: zeros), in logical order: float[], long[], int[], sbyte[] or bool[].
    /// </summary>
    public Array? Data { get; set; }

    /// <summary>Set for weights and the vectors beside them, which the writer packs; null for plain tensors.</summary>
    public MatrixLayout? Layout { get; init; }

    /// <summary>Of weights that the model stores as integers: the scale of each row's integers. Null where it has none, or not one a
    /// row.</summary>
    public float[]? RowScales { get; init; }

    /// <summary>Of a computed value whose elements are whole numbers times a scale, because the model rounds them: which; null
    /// elsewhere.</summary>
    public ActivationGrid? Grid { get; set; }

    /// <summary>What is to be said of the content in the report on its node; null: nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>The value whose memory this one shares: itself, or what it is a view of.</summary>
    public StepValue Root { get; private init; }

    public int Length => Shapes.Count(Shape);

    public float[] Floats => (float[])Data!;

    public static StepValue Constant(
        string name, Array data, int[] shape, MatrixLayout? layout = null, float[]? rowScales = null, string? remark = null) =>
        new(name, TypeOf(data), shape, ValuePlace.Constant) { Data = data, Layout = layout, RowScales = rowScales, Remark = remark };

    public static StepValue State(string name, ElementType type, int[] shape, Array? initial = null) =>
        new(name, type, shape, ValuePlace.State) { Data = initial };

    public static StepValue Arena(string name, ElementType type, int[] shape) => new(name, type, shape, ValuePlace.Arena);

    /// <summary>The same memory under another shape of the same length.</summary>
    public StepValue View(int[] shape) =>
        Shapes.Count(shape) == Length
            ? new StepValue(Name, Type, shape, Place) { Data = Data, Layout = Layout, RowScales = RowScales, Remark = Remark, Root = Root }
            : throw new ArgumentException($"{this} cannot be viewed as {Shapes.Text(shape)}.", nameof(shape));

    public override string ToString() => $"{Name} {Place} {Type}[{string.Join(',', Shape)}]";

    private static ElementType TypeOf(Array data) => data switch
    {
        float[] => ElementType.F32,
        long[] => ElementType.I64,
        int[] => ElementType.I32,
        sbyte[] => ElementType.I8,
        bool[] => ElementType.Bool,
        _ => throw new ArgumentException($"No element type for {data.GetType().Name}.", nameof(data)),
    };
}
