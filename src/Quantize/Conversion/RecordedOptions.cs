using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>The options that decide what a program computes, as they stand in its file: enough to convert the same model again.</summary>
internal static class RecordedOptions
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <param name="chain">The parts and links where several models, or a front end and a model, are one program.</param>
    public static string Write(ConvertOptions options, RecordedChain? chain = null) => JsonSerializer.Serialize(
        new Record
        {
            Mode = options.Mode,
            TimeAxes = options.TimeAxes.Count > 0
                ? new SortedDictionary<string, int>(options.TimeAxes.ToDictionary(), StringComparer.Ordinal) : null,
            States = options.States.Count > 0 ? [.. options.States.Select(pair => new[] { pair.Input, pair.Output })] : null,
            FindStates = options.FindStates,
            Dims = options.Dims.Count > 0 ? new SortedDictionary<string, int>(options.Dims.ToDictionary(), StringComparer.Ordinal) : null,
            Batch = options.Batch,
            Histories = options.Histories.Count > 0 ? [.. options.Histories] : null,
            Contexts = options.Contexts.Count > 0 ? [.. options.Contexts] : null,
            Window = options.Window,
            Hop = options.Hop,
            MaxContext = options.MaxContext,
            Positions = options.Positions,
            Set = options.Set.Count > 0 ? new SortedDictionary<string, string>(options.Set.ToDictionary(), StringComparer.Ordinal) : null,
            Mean = options.Normalize?.Mean,
            Std = options.Normalize?.Std,
            FrontEnd = options.FrontEnd,
            Chunk = options.Chunk,
            Chain = chain,
        },
        Form);

    /// <summary>The options for another conversion, in float32.</summary>
    /// <param name="json">From a program's provenance; null stands for the defaults.</param>
    /// <exception cref="EdgeSeqException">ES0107: not such a text.</exception>
    public static ConvertOptions Read(string? json)
    {
        if (json is null)
            return new ConvertOptions { Precision = ConvertPrecision.F32 };

        return Parsed(json, record => new ConvertOptions
        {
            Precision = ConvertPrecision.F32,
            Mode = record.Mode,
            TimeAxes = record.TimeAxes ?? [],
            States = [.. (record.States ?? []).Select(pair => pair is [string input, string output] ? (input, output)
                : throw new JsonException("a state is no pair"))],
            FindStates = record.FindStates,
            Dims = record.Dims ?? [],
            Batch = record.Batch,
            Histories = record.Histories ?? [],
            Contexts = record.Contexts ?? [],
            Window = record.Window,
            Hop = record.Hop,
            MaxContext = record.MaxContext,
            Positions = record.Positions,
            Set = record.Set ?? [],
            FrontEnd = record.FrontEnd,
            Chunk = record.Chunk,
            Normalize = record is { Mean: { } mean, Std: { } std } ? new NormalizeStats(mean, std) : null,
        });
    }

    /// <summary>The chain that a program was made from; null where it is of one model or front end alone.</summary>
    /// <param name="json">As for <see cref="Read"/>.</param>
    public static RecordedChain? ReadChain(string? json) => json is null ? null : Parsed(json, record => record.Chain);

    private static T Parsed<T>(string json, Func<Record, T> read)
    {
        try
        {
            return read(JsonSerializer.Deserialize<Record>(json, Form) ?? throw new JsonException("it is null"));
        }
        catch (JsonException error)
        {
            throw new EdgeSeqException(ErrorCodes.ProgramInvalid, $"the program's conversion options cannot be read: {error.Message}",
                Hints.Reconvert, error);
        }
    }

    private sealed record Record
    {
        public ConvertMode Mode { get; init; }

        public SortedDictionary<string, int>? TimeAxes { get; init; }

        public string[][]? States { get; init; }

        public bool? FindStates { get; init; }

        public SortedDictionary<string, int>? Dims { get; init; }

        public int? Batch { get; init; }

        public string[]? Histories { get; init; }

        public string[]? Contexts { get; init; }

        public int? Window { get; init; }

        public int? Hop { get; init; }

        public int? MaxContext { get; init; }

        public PositionPolicy Positions { get; init; }

        public SortedDictionary<string, string>? Set { get; init; }

        public float[]? Mean { get; init; }

        public float[]? Std { get; init; }

        public string? FrontEnd { get; init; }

        public int? Chunk { get; init; }

        public RecordedChain? Chain { get; init; }
    }
}
