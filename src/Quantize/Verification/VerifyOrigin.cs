using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EdgeSeq.Runtime.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeSeq.Quantize.Verification;

/// <summary>When and with what a verification was made, so that it can be made again.</summary>
public sealed record VerifyOrigin
{
    public required DateTimeOffset Made { get; init; }

    /// <summary>Of EdgeSeq here.</summary>
    public required string Version { get; init; }

    public required string OnnxRuntimeVersion { get; init; }

    /// <summary>The tool and version that wrote the program.</summary>
    public required string Converter { get; init; }

    /// <summary>int8 or f32, as it was asked for.</summary>
    public required string Precision { get; init; }

    /// <summary>The recordings that the program was calibrated on; null for none.</summary>
    public required string? Calibration { get; init; }

    /// <summary>Operating system, processor architecture and kernels.</summary>
    public required string Machine { get; init; }

    /// <summary>Of each ONNX file, in the order of the chain.</summary>
    public required IReadOnlyList<string> ModelSha256 { get; init; }

    public required string ProgramSha256 { get; init; }

    /// <summary>Null where the recordings are a folder.</summary>
    public required string? DataSha256 { get; init; }

    internal static VerifyOrigin Of(IReadOnlyList<string> onnxPaths, string programPath, string dataPath, Model model)
    {
        var made = model.Program.Provenance;
        return new VerifyOrigin
        {
            Made = DateTimeOffset.Now,
            Version = Conversion.Converter.Version,
            OnnxRuntimeVersion = OrtEnv.Instance().GetVersionString(),
            Converter = made.Converter,
            Precision = made.Precision,
            Calibration = made.Calibration,
            Machine = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}, {model.Isa}",
            ModelSha256 = [.. onnxPaths.Select(HashOf)],
            ProgramSha256 = HashOf(programPath),
            DataSha256 = File.Exists(dataPath) ? HashOf(dataPath) : null,
        };
    }

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
