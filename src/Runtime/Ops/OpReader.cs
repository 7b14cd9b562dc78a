using System.Runtime.CompilerServices;
using System.Text.Json;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops;

/// <summary>What an op's constructor reads its operands and attributes through: everything is checked against the program's values,
/// and what no constructor asked for is an error too.</summary>
internal sealed class OpReader
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly string _file;
    private readonly LoadedValue[] _values;
    private readonly OpSpec _spec;
    private int _inputs;
    private int _outputs;

    public OpReader(string file, ProgramSpec program, LoadedValue[] values, OpSpec spec)
    {
        _file = file;
        _values = values;
        _spec = spec;
        if ((uint)spec.Clock >= (uint)program.Clocks.Length)
            throw Error($"there is no clock {spec.Clock}");
    }

    /// <summary>Bytes of scratch that the op has reserved so far.</summary>
    public int ScratchBytes { get; private set; }

    /// <summary>Bytes of a group's scratch that the op has reserved so far.</summary>
    public int GroupScratchBytes { get; private set; }

    public string Op => _spec.Op;

    /// <summary>Whether an optional operand is given.</summary>
    public bool HasIn(int index)
    {
        _inputs = Math.Max(_inputs, index + 1);
        return index < _spec.In.Length && _spec.In[index] != -1;
    }

    public bool HasOut(int index)
    {
        _outputs = Math.Max(_outputs, index + 1);
        return index < _spec.Out.Length && _spec.Out[index] != -1;
    }

    public ElementType InType(int index) => Value("input", _spec.In, index, HasIn(index)).Type;

    public ElementType OutType(int index) => Value("output", _spec.Out, index, HasOut(index)).Type;

    /// <summary>Elements of an input whose length is free.</summary>
    public int InLength(int index) => Value("input", _spec.In, index, HasIn(index)).Length;

    public int OutLength(int index) => Value("output", _spec.Out, index, HasOut(index)).Length;

    /// <summary>An input with exactly this many elements.</summary>
    public Source<T> In<T>(int index, long length)
        where T : unmanaged =>
        new(Checked<T>("input", _spec.In, index, HasIn(index), length));

    public Source<T> OptionalIn<T>(int index, long length)
        where T : unmanaged =>
        HasIn(index) ? In<T>(index, length) : default;

    /// <summary>An output with exactly this many elements.</summary>
    public Target<T> Out<T>(int index, long length)
        where T : unmanaged =>
        new(Writable(Checked<T>("output", _spec.Out, index, HasOut(index), length)));

    public Target<T> OptionalOut<T>(int index, long length)
        where T : unmanaged =>
        HasOut(index) ? Out<T>(index, length) : default;

    /// <summary>An input that the op also writes, such as a ring: it must be a state.</summary>
    public Target<T> State<T>(int index, long length)
        where T : unmanaged
    {
        var value = Checked<T>("input", _spec.In, index, HasIn(index), length);
        return value.Place == ValuePlace.State ? new(value) : throw Error($"input {index} ('{value.Name}') must be a state");
    }

    /// <summary>Reserves scratch memory for this many elements, on a 64-byte boundary.</summary>
    public Scratch<T> Scratch<T>(long length)
        where T : unmanaged
    {
        (var start, ScratchBytes) = Reserve<T>(ScratchBytes, length);
        return new Scratch<T>(start, (int)length);
    }

    /// <summary>Reserves a group's scratch memory for this many elements of each member, on a 64-byte boundary.</summary>
    public GroupScratch<T> GroupScratch<T>(int memberLength)
        where T : unmanaged
    {
        (var start, GroupScratchBytes) = Reserve<T>(GroupScratchBytes, (long)memberLength * GroupFrame.MaxMembers);
        return new GroupScratch<T>(start, memberLength);
    }

    public bool Has(string name)
    {
        _read.Add(name);
        return _spec.Attributes.ContainsKey(name);
    }

    /// <summary>A whole number in a range; required where there is no fallback.</summary>
    public int Int(string name, int least, int most = int.MaxValue, int? fallback = null)
    {
        if (!Has(name) && fallback is { } value)
            return value;
        if (Attribute(name, JsonValueKind.Number).TryGetInt32(out var number) && number >= least && number <= most)
            return number;
        throw Error($"attribute '{name}' is not a whole number from {least} to {most}");
    }

    /// <summary>A size: a whole number from 1 up.</summary>
    public int Size(string name, int? fallback = null) => Int(name, 1, fallback: fallback);

    /// <summary>An optional switch, 0 or 1.</summary>
    public bool Flag(string name, bool fallback = false) => Int(name, 0, 1, fallback ? 1 : 0) == 1;

    public float Float(string name, float? fallback = null)
    {
        if (!Has(name) && fallback is { } value)
            return value;
        return FloatOf(name, Attribute(name, JsonValueKind.Number));
    }

    public float? OptionalFloat(string name) => Has(name) ? Float(name) : null;

    /// <summary>An optional positive, finite scale.</summary>
    public float? OptionalScale(string name)
    {
        var scale = OptionalFloat(name);
        return scale is <= 0 ? throw Error($"attribute '{name}' must be above 0") : scale;
    }

    public string Text(string name, string? fallback = null)
    {
        if (!Has(name) && fallback is not null)
            return fallback;
        return Attribute(name, JsonValueKind.String).GetString()!;
    }

    /// <summary>One of an enumeration's names, exactly as it is spelt in the code.</summary>
    public TEnum Choice<TEnum>(string name, TEnum? fallback = null)
        where TEnum : struct, Enum
    {
        if (!Has(name) && fallback is { } value)
            return value;
        return ChoiceOf<TEnum>(name, Text(name));
    }

    /// <summary>One of an enumeration's names, whatever its case: what is not an ONNX name is written in lower case.</summary>
    public TEnum AnyCaseChoice<TEnum>(string name, TEnum? fallback = null)
        where TEnum : struct, Enum
    {
        if (!Has(name) && fallback is { } absent)
            return absent;
        var text = Text(name);
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        throw Error($"attribute '{name}' is '{text}', not one of {string.Join(", ", Enum.GetNames<TEnum>()).ToLowerInvariant()}");
    }

    public TEnum ChoiceOf<TEnum>(string name, string text)
        where TEnum : struct, Enum
    {
        var names = Enum.GetNames<TEnum>();
        var found = Array.IndexOf(names, text);
        return found >= 0
            ? Enum.GetValues<TEnum>()[found]
            : throw Error($"attribute '{name}' is '{text}', not one of {string.Join(", ", names)}");
    }

    /// <summary>A list of whole numbers; of <paramref name="count"/> numbers unless that is null.</summary>
    public int[] Ints(string name, int? count = null, int least = int.MinValue)
    {
        var list = Attribute(name, JsonValueKind.Array);
        var numbers = new int[RequiredCount(name, list, count)];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (list[i].ValueKind != JsonValueKind.Number || !list[i].TryGetInt32(out numbers[i]) || numbers[i] < least)
                throw Error($"attribute '{name}'[{i}] is not a whole number from {least} up");
        }

        return numbers;
    }

    /// <summary>A shape: dimensions from 1 up whose product fits an array.</summary>
    public int[] Shape(string name, int? rank = null)
    {
        var shape = Ints(name, rank, least: 1);
        return shape.Length <= Strides.MaxRank && ProgramVerifier.Elements(shape) is not null
            ? shape
            : throw Error($"attribute '{name}' [{string.Join(',', shape)}] is too large");
    }

    public float[] Floats(string name, int count)
    {
        var list = Attribute(name, JsonValueKind.Array);
        var numbers = new float[RequiredCount(name, list, count)];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = FloatOf(name, list[i]);
        return numbers;
    }

    public string[] Texts(string name, int count)
    {
        var list = Attribute(name, JsonValueKind.Array);
        var texts = new string[RequiredCount(name, list, count)];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = list[i].ValueKind == JsonValueKind.String ? list[i].GetString()! : throw Error($"attribute '{name}'[{i}] is not a string");
        return texts;
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
            if (!_read.Contains(name))
                throw Error($"attribute '{name}' is not known");
        }

        if (HasMore(_spec.In, _inputs) || HasMore(_spec.Out, _outputs))
            throw Error($"{_spec.In.Length} inputs and {_spec.Out.Length} outputs are too many");

        static bool HasMore(int[] operands, int known) => operands.Length > known && operands.AsSpan(known).ContainsAnyExcept(-1);
    }

    public EdgeSeqException Error(string problem) =>
        new(ErrorCodes.OpInvalid, $"{_file}: op {_spec.Op} of node '{_spec.Name}': {problem}", Hints.Reconvert);

    public EdgeSeqException UnknownOp() =>
        new(ErrorCodes.OpUnknown, $"{_file}: node '{_spec.Name}': there is no op '{_spec.Op}'", "use an EdgeSeq of the converter's version");

    private (int Start, int End) Reserve<T>(int reserved, long length)
    {
        var start = ((long)reserved + ProgramSpec.Alignment - 1) / ProgramSpec.Alignment * ProgramSpec.Alignment;
        if (length < 0 || length > int.MaxValue || start + (length * Unsafe.SizeOf<T>()) > int.MaxValue)
            throw Error("the op would need more than 2 GiB of scratch memory");
        return ((int)start, (int)(start + (length * Unsafe.SizeOf<T>())));
    }

    private JsonElement Attribute(string name, JsonValueKind kind)
    {
        if (!Has(name))
            throw Error($"attribute '{name}' is missing");
        var element = _spec.Attributes[name];
        return element.ValueKind == kind ? element : throw Error($"attribute '{name}' is not a {kind}");
    }

    private float FloatOf(string name, JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetSingle(out var number) && float.IsFinite(number)
            ? number
            : throw Error($"attribute '{name}' is not a finite number");

    private int RequiredCount(string name, JsonElement list, int? count)
    {
        var length = list.GetArrayLength();
        return count is null || count == length ? length : throw Error($"attribute '{name}' has {length} elements, not {count}");
    }

    private LoadedValue Value(string kind, int[] operands, int index, bool given)
    {
        if (!given)
            throw Error($"{kind} {index} is missing");
        var id = operands[index];
        return (uint)id < (uint)_values.Length ? _values[id] : throw Error($"{kind} {index}: there is no value {id}");
    }

    private LoadedValue Checked<T>(string kind, int[] operands, int index, bool given, long length)
    {
        var value = Value(kind, operands, index, given);
        if (value.Type != TypeOf<T>())
            throw Error($"{kind} {index} ('{value.Name}') is {value.Type}, not {TypeOf<T>()}");
        if (value.Length != length)
            throw Error($"{kind} {index} ('{value.Name}') has {value.Length} elements, not {length}");
        return value;
    }

    private LoadedValue Writable(LoadedValue value) =>
        value.Place != ValuePlace.Constant ? value : throw Error($"output '{value.Name}' is a constant");

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
