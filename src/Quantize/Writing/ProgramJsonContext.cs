using System.Text.Json.Serialization;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Writing;

/// <summary>Writes the JSON form of <see cref="ProgramSpec"/>; the runtime's <c>ProgramJsonReader</c> reads it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ProgramSpec))]
internal sealed partial class ProgramJsonContext : JsonSerializerContext;
