using System.Text.Json;

namespace EdgeSeq.Runtime.Program;

/// <summary>The members of one JSON object. Each is asked for once by name; <see cref="End"/> refuses members that nobody asked for and
/// those that stand there twice. (The parser's own check for the latter brings OpenSSL's bindings into a native binary, for a seed.)
/// Failures are <see cref="JsonException"/>s that name the place.</summary>
internal struct JsonMembers
{
    private readonly JsonElement _element;
    private readonly string _place;
    private int _found;

    /// <param name="element">The object.</param>
    /// <param name="place">Where it stands, for messages: <c>ops[3]</c>.</param>
    public JsonMembers(JsonElement element, string place)
    {
        _element = element;
        _place = place;
        if (element.ValueKind != JsonValueKind.Object)
            throw new JsonException($"{place} is {element.ValueKind}, an object is needed");
    }

    public string Text(string name) => OptionalText(name) ?? throw Missing(name);

    public string? OptionalText(string name)
    {
        if (!TryFind(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, "a text");
    }

    public int Int(string name) => OptionalInt(name) ?? throw Missing(name);

    public int? OptionalInt(string name)
    {
        if (!TryFind(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw Wrong(name, "a whole number");
    }

    public long Long(string name) => OptionalLong(name) ?? throw Missing(name);

    public long? OptionalLong(string name)
    {
        if (!TryFind(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : throw Wrong(name, "a whole number");
    }

    public double? OptionalDouble(string name)
    {
        if (!TryFind(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : throw Wrong(name, "a number");
    }

    public int[] Ints(string name)
    {
        var place = _place;
        return Array(name, (element, i) => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number)
            ? number
            : throw new JsonException($"{place}.{name}[{i}] is not a whole number"));
    }

    public string[]? OptionalTexts(string name)
    {
        var place = _place;
        return OptionalArray(name, (element, i) => element.ValueKind == JsonValueKind.String
            ? element.GetString()!
            : throw new JsonException($"{place}.{name}[{i}] is not a text"));
    }

    public T[] Objects<T>(string name, Func<JsonElement, string, T> read) => OptionalObjects(name, read) ?? throw Missing(name);

    public T[]? OptionalObjects<T>(string name, Func<JsonElement, string, T> read)
    {
        var place = _place;
        return OptionalArray(name, (element, i) => read(element, $"{place}.{name}[{i}]"));
    }

    public T Object<T>(string name, Func<JsonElement, string, T> read)
        where T : class => OptionalObject(name, read) ?? throw Missing(name);

    public T? OptionalObject<T>(string name, Func<JsonElement, string, T> read)
        where T : class => TryFind(name, out var value) ? read(value, $"{_place}.{name}") : null;

    /// <exception cref="JsonException">The object has members that are not known, or one twice.</exception>
    public readonly void End()
    {
        if (_element.GetPropertyCount() != _found)
            throw new JsonException($"{_place} has members that are not known, or one twice");
    }

    private T[] Array<T>(string name, Func<JsonElement, int, T> read) => OptionalArray(name, read) ?? throw Missing(name);

    private T[]? OptionalArray<T>(string name, Func<JsonElement, int, T> read)
    {
        if (!TryFind(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong(name, "a list");
        var items = new T[value.GetArrayLength()];
        var i = 0;
        foreach (var element in value.EnumerateArray())
            items[i] = read(element, i++);
        return items;
    }

    /// <summary>Finds a member; null counts as one that is absent.</summary>
    private bool TryFind(string name, out JsonElement value)
    {
        if (!_element.TryGetProperty(name, out value))
            return false;
        _found++;
        return value.ValueKind != JsonValueKind.Null;
    }

    private readonly JsonException Missing(string name) => new($"{_place} has no '{name}'");

    private readonly JsonException Wrong(string name, string expected) => new($"{_place}.{name} is not {expected}");
}
