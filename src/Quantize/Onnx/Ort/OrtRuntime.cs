using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Errors;
using Microsoft.ML.OnnxRuntime;

namespace EdgeSeq.Quantize.Onnx.Ort;

/// <summary>Starts ONNX Runtime silent and without telemetry, opens sessions on one thread and translates its errors.</summary>
internal static partial class OrtRuntime
{
    /// <summary>What the evaluation of a graph may allocate, so that a hostile file cannot take the machine down.</summary>
    private const uint MaxEvaluationBytes = uint.MaxValue;

    /// <summary>Rewrites of ONNX Runtime's first level that change how values are rounded.</summary>
    private const string RoundingRewrites = "ConvAddFusion;ConvMulFusion;ConvBNFusion;DivMulFusion;GemmSumFusion;GemmTransposeFusion;"
        + "MatMul_BatchNormalization_Fusion;MatMulAddFusion;GeluFusionL1;LayerNormFusionL1";

    /// <summary>Shapes and what is computed from them. Larger constants (masks over positions) would be kept several times over.</summary>
    private const string LargestFoldedBytes = "1024";

    private static readonly Lazy<OrtEnv> Environment = new(Start);

    /// <param name="graph">What the bytes are, for messages.</param>
    public static InferenceSession Open(byte[] model, bool optimized, OnnxGraph graph) =>
        Open(options => new InferenceSession(model, options), LevelOf(optimized), graph);

    public static InferenceSession Open(string path, bool optimized) =>
        Open(options => new InferenceSession(path, options), LevelOf(optimized), graph: null);

    /// <summary>A session for graphs of the converter's own making, whose memory is bounded.</summary>
    /// <param name="graph">What the bytes are, for messages.</param>
    /// <param name="onlyShapes">Wires of which the graph only takes the shape are not computed where the shape is known beforehand.</param>
    public static InferenceSession OpenBounded(byte[] model, OnnxGraph graph, bool onlyShapes = false) => Open(
        options =>
        {
            options.AddSessionConfigEntry("session.use_env_allocators", "1");
            options.AddSessionConfigEntry("optimization.disable_specified_optimizers", RoundingRewrites);
            options.AddSessionConfigEntry("optimization.constant_folding_max_output_size_in_bytes", LargestFoldedBytes);
            return new InferenceSession(model, options);
        },
        onlyShapes ? GraphOptimizationLevel.ORT_ENABLE_BASIC : GraphOptimizationLevel.ORT_DISABLE_ALL, graph);

    /// <exception cref="EdgeSeqException">ES0208: ONNX Runtime does not load the file.</exception>
    public static void CheckLoads(string path) => Open(path, optimized: false).Dispose();

    /// <summary>To be called before ONNX Runtime's environment is made.</summary>
    internal static void DisableTelemetry() => SetEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1");

    private static InferenceSession Open(Func<SessionOptions, InferenceSession> open, GraphOptimizationLevel level, OnnxGraph? graph)
    {
        _ = Environment.Value;
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            GraphOptimizationLevel = level,
        };
        try
        {
            return open(options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw OrtMessage.Explain(exception, ErrorCodes.OnnxRuntimeRejects, graph);
        }
    }

    private static GraphOptimizationLevel LevelOf(bool optimized) =>
        optimized ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL;

    private static OrtEnv Start()
    {
        DisableTelemetry();
        var options = new EnvironmentCreationOptions
        {
            logId = "edgeseq",
            logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        var environment = OrtEnv.IsCreated ? OrtEnv.Instance() : OrtEnv.CreateInstanceWithOptions(ref options);
        environment.DisableTelemetryEvents();
        const int SameAsRequested = 1;
        using var arena = new OrtArenaCfg(MaxEvaluationBytes, SameAsRequested, -1, -1);
        using var memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
        environment.CreateAndRegisterAllocator(memory, arena);
        return environment;
    }

    /// <summary>.NET keeps its own copy of the environment, which native code does not see on Unix.</summary>
    private static void SetEnvironmentVariable(string name, string value)
    {
        System.Environment.SetEnvironmentVariable(name, value);
        if (!OperatingSystem.IsWindows())
            _ = SetNativeEnvironmentVariable(name, value, overwrite: 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeEnvironmentVariable(string name, string value, int overwrite);
}
