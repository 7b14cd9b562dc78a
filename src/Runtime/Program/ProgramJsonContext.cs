using System.Text.Json.Serialization;

namespace EdgeSeq.Runtime.Program;

/// <summary>The JSON form of <see cref="ProgramSpec"/>. Unknown, duplicate and missing members are errors.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ProgramSpec))]
public sealed partial class ProgramJsonContext : JsonSerializerContext;
