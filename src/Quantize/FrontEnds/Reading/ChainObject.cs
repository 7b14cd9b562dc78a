using System.Text.Json;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>An object of a front end's JSON file: its members by name, and which of them were read.</summary>
internal sealed class ChainObject
{
    /// <summary>Members that only describe.</summary>
    private static readonly HashSet<string> Descriptive =
    [
        "formula", "note", "notes", "why", "form", "range", "replaces", "edges", "num_frames", "stored_frames", "drop_last_frame", "dtype",
        "zero_pad", "max_db", "max_log", "phase_min_magnitude", "file", "slice", "comment", "description", "name",
    ];

    private readonly JsonElement _element;
    private readonly string _place;
    private readonly List<string> _unknown;
    private readonly HashSet<string> _read = [];

    public ChainObject(JsonElement element, string place, List<string> unknown)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw FrontEndErrors.Invalid($"'{place}' is no object", "the form of a 'chain' is in docs/front-ends.md");

        (_element, _place, _unknown) = (element, place, unknown);
    }

    /// <summary>Notes members as understood that are read elsewhere, or follow from others.</summary>
    public void Pass(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            _read.Add(name);
    }

    public double Number(string name) => OptionalNumber(name) ?? throw Missing(name);

    public double? OptionalNumber(string name) => Find(name) is not JsonElement value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number
        : throw Wrong(name, "a number");

    public int Whole(string name) => OptionalWhole(name) ?? throw Missing(name);

    public int? OptionalWhole(string name) => OptionalNumber(name) is not double number ? null
        : number == Math.Floor(number) && Math.Abs(number) <= 1 << 24 ? (int)number : throw Wrong(name, "a whole number");

    public string Text(string name) => OptionalText(name) ?? throw Missing(name);

    public string? OptionalText(string name) => Find(name) is not JsonElement value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, "a text");

    /// <summary>A text, or a number as one.</summary>
    public string? OptionalTextOrNumber(string name) =>
        Find(name) is JsonElement { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : OptionalText(name);

    public bool Flag(string name, bool absent = false)
    {
        _read.Add(name);
        return !_element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? absent
            : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "true or false");
    }

    public double[]? Numbers(string name) => Find(name) is JsonElement value ? NumbersOf(value, name) : null;

    public double[][]? Rows(string name) => Find(name) is not JsonElement value ? null
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(row => NumbersOf(row, name))]
        : throw Wrong(name, "rows of numbers");

    public string[]? Texts(string name) => Find(name) is not JsonElement value ? null
        : value.ValueKind == JsonValueKind.String ? [value.GetString()!]
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
        ? [.. value.EnumerateArray().Select(item => item.GetString()!)] : throw Wrong(name, "texts");

    public ChainObject? Object(string name) =>
        Find(name) is JsonElement { ValueKind: not JsonValueKind.False } value ? new ChainObject(value, $"{_place}.{name}", _unknown)
            : null;

    /// <summary>Members by name, their values numbers.</summary>
    public IEnumerable<(string Name, double Value)> NumbersByName() => _element.EnumerateObject()
        .Where(member => member.Value.ValueKind == JsonValueKind.Number).Select(member => (member.Name, member.Value.GetDouble()));

    /// <summary>What was not read and may have changed the result goes on the list.</summary>
    public void Finish()
    {
        foreach (var member in _element.EnumerateObject())
        {
            var describes = member.Value.ValueKind is JsonValueKind.Null or JsonValueKind.False || Descriptive.Contains(member.Name)
                || (member.Value.ValueKind == JsonValueKind.String && member.Name.EndsWith("formula", StringComparison.Ordinal));
            if (!_read.Contains(member.Name) && !describes)
                _unknown.Add($"{_place}.{member.Name}");
        }
    }

    private JsonElement? Find(string name)
    {
        _read.Add(name);
        return _element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private double[] NumbersOf(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number)
        ? [.. value.EnumerateArray().Select(item => item.GetDouble())] : throw Wrong(name, "an array of numbers");

    private Runtime.Errors.EdgeSeqException Missing(string name) =>
        FrontEndErrors.Invalid($"'{_place}' lacks '{name}'", "the form of a 'chain' is in docs/front-ends.md");

    private Runtime.Errors.EdgeSeqException Wrong(string name, string wanted) =>
        FrontEndErrors.Invalid($"'{_place}.{name}' is not {wanted}");
}
