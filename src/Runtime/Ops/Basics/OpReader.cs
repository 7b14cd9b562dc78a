using System.Numerics;
using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>What an op's constructor reads its operands and attributes through, by the names of its definition: everything is checked
/// against the definition and the program's values, and what no constructor asked for is an error too.</summary>
internal sealed class OpReader
{
    private readonly HashSet<string> _inputs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _outputs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _attributes = new(StringComparer.Ordinal);
    private readonly string _file;
    private readonly LoadedValue[] _values;
    private readonly OpSpec _spec;
    private readonly OpDefinition _definition;
    private readonly bool[] _channelsLast;
    private readonly List<StateWrite> _stateWrites = [];
    private readonly bool[]? _infinite;

    /// <param name="file">For messages.</param>
    /// <param name="program">The op's.</param>
    /// <param name="values">Of the program.</param>
    /// <param name="spec">The op.</param>
    /// <param name="keptBytes">What the ops before it keep in each session.</param>
    /// <param name="channelsLast">For each value, whether it lies channels last; none does where this is left out.</param>
    /// <param name="infinite">For each value, whether it may hold infinities; none may where this is left out.</param>
    /// <exception cref="EdgeSeqException">ES0111 where no op has the name, ES0112 where it has no clock.</exception>
    public OpReader(string file, ProgramSpec program, LoadedValue[] values, OpSpec spec, int keptBytes = 0, bool[]? channelsLast = null,
        bool[]? infinite = null)
    {
        _infinite = infinite;
        _file = file;
        _channelsLast = channelsLast ?? new bool[values.Length];
        KeptBytes = keptBytes;
        _values = values;
        _spec = spec;
        _definition = OpDefinitions.Find(spec.Op) ?? throw new EdgeSeqException(
            ErrorCodes.OpUnknown, $"{file}: node '{spec.Name}': there is no op '{spec.Op}'", "use an EdgeSeq of the converter's version");
        if ((uint)spec.Clock >= (uint)program.Clocks.Length)
            throw Error($"there is no clock {spec.Clock}");
    }

    /// <summary>Bytes of scratch that the op has reserved so far.</summary>
    public int ScratchBytes { get; private set; }

    /// <summary>Bytes of a group's scratch that the op has reserved so far.</summary>
    public int GroupScratchBytes { get; private set; }

    /// <summary>Bytes that ops keep in each session: those of the ops before this one, and its own so far.</summary>
    public int KeptBytes { get; private set; }

    /// <summary>States that the op writes in whole.</summary>
    public IReadOnlyList<StateWrite> StateWrites => _stateWrites;

    /// <summary>The op's name in program files.</summary>
    public string Op => _definition.Name;

    /// <summary>The op's weight matrices.</summary>
    public IReadOnlyList<MatrixDefinition> Matrices => _definition.Matrices;

    /// <summary>Names of the inputs, outputs and attributes that the op has asked for so far.</summary>
    public IEnumerable<string> Asked => _inputs.Concat(_outputs).Concat(_attributes);

    /// <summary>Whether an optional operand is given.</summary>
    public bool HasIn(string name)
    {
        _inputs.Add(name);
        return IsGiven(_spec.In, _definition.Input(name));
    }

    public bool HasOut(string name)
    {
        _outputs.Add(name);
        return IsGiven(_spec.Out, _definition.Output(name));
    }

    /// <summary>The program's index of the value that is an input.</summary>
    public int InValue(string name)
    {
        Input(name);
        return _spec.In[_definition.Input(name)];
    }

    public int OutValue(string name)
    {
        Output(name);
        return _spec.Out[_definition.Output(name)];
    }

    /// <summary>Whether an input that the model has as [channels, H, W] lies as [H, W, channels].</summary>
    public bool IsInChannelsLast(string name) => _channelsLast[InValue(name)];

    /// <summary>As <see cref="IsInChannelsLast"/>, of an output.</summary>
    public bool IsOutChannelsLast(string name) => _channelsLast[OutValue(name)];

    public ElementType InType(string name) => Input(name).Type;

    public ElementType OutType(string name) => Output(name).Type;

    /// <summary>Elements of an input whose length is free.</summary>
    public int InLength(string name) => Input(name).Length;

    public int OutLength(string name) => Output(name).Length;

    /// <summary>An input with exactly this many elements.</summary>
    public Source<T> In<T>(string name, long length)
        where T : unmanaged =>
        new(Checked<T>($"input {name}", Input(name), length));

    public Source<T> OptionalIn<T>(string name, long length)
        where T : unmanaged =>
        HasIn(name) ? In<T>(name, length) : default;

    /// <summary>An output with exactly this many elements.</summary>
    public Target<T> Out<T>(string name, long length)
        where T : unmanaged
    {
        var value = Checked<T>($"output {name}", Output(name), length);
        if (value.Place == ValuePlace.Constant)
            throw Error($"output {name} ('{value.Name}') is a constant");
        if (value.Place == ValuePlace.State)
            AddStateWrite(value, value.Type == ElementType.F32 ? CheckOf(_spec.Out[_definition.Output(name)]) : StateCheck.None);
        return new(value);
    }

    public Target<T> OptionalOut<T>(string name, long length)
        where T : unmanaged =>
        HasOut(name) ? Out<T>(name, length) : default;

    /// <summary>An input that the op also writes, in whole: it must be a state.</summary>
    /// <param name="name">The operand.</param>
    /// <param name="length">Its elements.</param>
    /// <param name="check">What the op may not leave in it.</param>
    public Target<float> State(string name, long length, StateCheck check)
    {
        var target = Ring<float>(name, length);
        AddStateWrite(Input(name), check == StateCheck.Finite ? RingCheck(name) : check);
        return target;
    }

    /// <summary>What may not enter a state that the op writes a part of.</summary>
    public StateCheck RingCheck(string name) => HasIn(name) ? CheckOf(_spec.In[_definition.Input(name)]) : StateCheck.Finite;

    /// <summary>An input of which the op writes a part in each step; it must be a state. The op asks <see cref="Frame.MayKeep"/> before,
    /// and overrides <see cref="StepOp.Undo"/> where it reads what it overwrites.</summary>
    public Target<T> Ring<T>(string name, long length)
        where T : unmanaged
    {
        var value = Checked<T>($"input {name}", Input(name), length);
        return value.Place == ValuePlace.State ? new(value) : throw Error($"input {name} ('{value.Name}') must be a state");
    }

    /// <summary>The operand with the scales of a matrix.</summary>
    public string ScaleOf(MatrixDefinition matrix) => _definition.Inputs[_definition.Input(matrix.Weights)].Scale!;

    /// <summary>Reserves scratch memory for this many elements, on a 64-byte boundary.</summary>
    public Scratch<T> Scratch<T>(long length)
        where T : unmanaged
    {
        (var start, ScratchBytes) = Reserve<T>(ScratchBytes, length);
        return new Scratch<T>(start, (int)length);
    }

    /// <summary>Reserves memory of the op's own in each session, on a 64-byte boundary.</summary>
    public Kept<T> Kept<T>(long length)
        where T : unmanaged
    {
        (var start, KeptBytes) = Reserve<T>(KeptBytes, length);
        return new Kept<T>(start, (int)length);
    }

    /// <summary>Reserves a group's scratch memory for this many elements of each member, on a 64-byte boundary.</summary>
    public GroupScratch<T> GroupScratch<T>(int memberLength)
        where T : unmanaged
    {
        (var start, GroupScratchBytes) = Reserve<T>(GroupScratchBytes, (long)memberLength * GroupFrame.MaxMembers);
        return new GroupScratch<T>(start, memberLength);
    }

    /// <summary>Whether an attribute is given.</summary>
    public bool Has(string name)
    {
        _attributes.Add(name);
        return _spec.Attributes.ContainsKey(name);
    }

    /// <summary>A whole number, its default where it is absent.</summary>
    /// <param name="name">The attribute.</param>
    /// <param name="most">A bound that depends on the op's other sizes.</param>
    public int Int(string name, int most = int.MaxValue)
    {
        var number = (int)Value(name);
        return number <= most
            ? number
            : throw Error($"attribute '{name}' is not a whole number from {_definition.Attribute(name).Least} to {most}");
    }

    /// <summary>A switch, 0 or 1.</summary>
    public bool Flag(string name) => Int(name) == 1;

    public float Float(string name) => (float)Value(name);

    public float? OptionalFloat(string name) => Has(name) ? Float(name) : null;

    /// <summary>A name as it stands in the file.</summary>
    public string Text(string name) => (string)Value(name);

    /// <summary>One of an enumeration's names, all or some of the attribute's choices.</summary>
    public TEnum Choice<TEnum>(string name)
        where TEnum : struct, Enum =>
        Enum.TryParse<TEnum>(Text(name), _definition.Attribute(name).AnyCase, out var value)
            ? value
            : throw Error($"attribute '{name}' is '{Text(name)}', not one of {string.Join(", ", Enum.GetNames<TEnum>())}");

    /// <summary>A list of whole numbers.</summary>
    /// <param name="name">The attribute.</param>
    /// <param name="count">A length that depends on the op's other attributes.</param>
    public int[] Ints(string name, int? count = null)
    {
        var list = (int[])Value(name);
        return count is null || count == list.Length ? list : throw Error($"attribute '{name}' has {list.Length} elements, not {count}");
    }

    public float[] Floats(string name) => (float[])Value(name);

    public string[] Texts(string name) => (string[])Value(name);

    /// <summary>A number that is an element of type T; byte stands for Bool.</summary>
    public T Element<T>(string name)
        where T : unmanaged, INumber<T>
    {
        var number = Value(name);
        if (typeof(T) == typeof(float))
            return T.CreateSaturating(number is int whole ? whole : (float)number);
        var element = number is int given ? T.CreateSaturating(given) : T.Zero;
        var fits = typeof(T) == typeof(byte) ? number is 0 or 1 : number.Equals(int.CreateSaturating(element));
        return fits ? element : throw Error($"attribute '{name}' is not an element of type {TypeOf<T>()}");
    }

    /// <summary>Verifies that a strided walk stays inside a value of this many elements.</summary>
    public void RequireWalk(string what, int[] shape, int[] strides, int offset, int length)
    {
        if (!Strides.InRange(shape, strides, offset, length))
            throw Error($"the walk over {what} leaves its {length} elements");
    }

    /// <summary>The product of sizes, at most the elements that a value can have.</summary>
    public int Product(params ReadOnlySpan<int> sizes)
    {
        long product = 1;
        foreach (var size in sizes)
        {
            product *= size;
            if (product is < 0 or > int.MaxValue)
                throw Error("the sizes multiply to more than a value can hold");
        }

        return (int)product;
    }

    /// <summary>Everything was read: operands and attributes that the op does not know are errors.</summary>
    public void Finish()
    {
        foreach (var name in _spec.Attributes.Keys)
        {
            if (!_attributes.Contains(name))
                throw Error($"attribute '{name}' is not known");
        }

        if (HasMore(_spec.In, _definition.Inputs, _inputs) || HasMore(_spec.Out, _definition.Outputs, _outputs))
            throw Error($"{_spec.In.Length} inputs and {_spec.Out.Length} outputs are too many");
    }

    public EdgeSeqException Error(string problem) =>
        new(ErrorCodes.OpInvalid, $"{_file}: op {_spec.Op} of node '{_spec.Name}': {problem}", Hints.Reconvert);

    private static bool IsGiven(int[] operands, int index) => index < operands.Length && operands[index] != -1;

    private static bool HasMore(int[] operands, IReadOnlyList<OperandDefinition> known, HashSet<string> asked)
    {
        for (var i = 0; i < operands.Length; i++)
        {
            if (operands[i] != -1 && (i >= known.Count || !asked.Contains(known[i].Name)))
                return true;
        }

        return false;
    }

    private object Value(string name)
    {
        var attribute = _definition.Attribute(name);
        if (!Has(name))
            return attribute.Default ?? (attribute.DefaultFrom is { } other ? Value(other) : throw Error($"attribute '{name}' is missing"));
        var value = AttributeJson.Read(attribute, _spec.Attributes[name]);
        return attribute.Problem(value) is { } problem ? throw Error($"attribute '{name}' {problem}") : value;
    }

    private (int Start, int End) Reserve<T>(int reserved, long length)
    {
        var start = ((long)reserved + ProgramSpec.Alignment - 1) / ProgramSpec.Alignment * ProgramSpec.Alignment;
        if (length < 0 || length > int.MaxValue || start + (length * Unsafe.SizeOf<T>()) > int.MaxValue)
            throw Error("the op would need more than 2 GiB of scratch memory");
        return ((int)start, (int)(start + (length * Unsafe.SizeOf<T>())));
    }

    private StateCheck CheckOf(int value) => _infinite?[value] == true ? StateCheck.NoNaN : StateCheck.Finite;

    private void AddStateWrite(LoadedValue value, StateCheck check) => _stateWrites.Add(new StateWrite(value.Address, value.Bytes, check));

    private LoadedValue Input(string name) => HasIn(name)
        ? Value($"input {name}", _spec.In[_definition.Input(name)])
        : throw Error($"input {name} is missing");

    private LoadedValue Output(string name) => HasOut(name)
        ? Value($"output {name}", _spec.Out[_definition.Output(name)])
        : throw Error($"output {name} is missing");

    private LoadedValue Value(string operand, int id) =>
        (uint)id < (uint)_values.Length ? _values[id] : throw Error($"{operand}: there is no value {id}");

    private LoadedValue Checked<T>(string operand, LoadedValue value, long length)
    {
        if (value.Type != TypeOf<T>())
            throw Error($"{operand} ('{value.Name}') is {value.Type}, not {TypeOf<T>()}");
        if (value.Length != length)
            throw Error($"{operand} ('{value.Name}') has {value.Length} elements, not {length}");
        return value;
    }

    private static ElementType TypeOf<T>()
    {
        if (typeof(T) == typeof(float))
            return ElementType.F32;
        if (typeof(T) == typeof(long))
            return ElementType.I64;
        if (typeof(T) == typeof(int))
            return ElementType.I32;
        return typeof(T) == typeof(sbyte) ? ElementType.I8 : ElementType.Bool;
    }
}
