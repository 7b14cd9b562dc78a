using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Streaming;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>How a graph becomes a program.</summary>
public enum ConvertMode
{
    /// <summary>Step where the graph carries its state or has no time axis, stream otherwise. Never window.</summary>
    Auto,

    /// <summary>Derive one step from a graph over a whole sequence.</summary>
    Stream,

    /// <summary>The graph is one step.</summary>
    Step,

    /// <summary>Run the whole graph on the last inputs every few steps.</summary>
    Window,
}

/// <summary>Precision of matrices, tables and attention rings.</summary>
public enum ConvertPrecision
{
    Int8,
    F32,
}

/// <summary>What the user says about a conversion; the defaults suit most models.</summary>
public sealed record ConvertOptions
{
    /// <summary>Above this decisions hardly change. On noise, which says less, less is asked for.</summary>
    public const double DefaultMinSqnrDb = 40, DefaultMinNoiseSqnrDb = 35;

    public const double DefaultMaxProbabilityError = 0.05, DefaultMaxSeconds = 600;

    public ConvertMode Mode { get; init; } = ConvertMode.Auto;

    public ConvertPrecision Precision { get; init; } = ConvertPrecision.Int8;

    /// <summary>The program's name; null: the ONNX file's name without extension.</summary>
    public string? Name { get; init; }

    /// <summary>Time axis by input name, where the converter should not find it itself.</summary>
    public IReadOnlyDictionary<string, int> TimeAxes { get; init; } = new Dictionary<string, int>();

    /// <summary>State inputs with the outputs that give their next value. Where there are any, no others are looked for.</summary>
    public IReadOnlyList<(string Input, string Output)> States { get; init; } = [];

    /// <summary>Whether states are looked for beside <see cref="States"/>; null: only where that names none.</summary>
    public bool? FindStates { get; init; }

    /// <summary>Sizes of dimensions that the file leaves open under a name.</summary>
    public IReadOnlyDictionary<string, int> Dims { get; init; } = new Dictionary<string, int>();

    /// <summary>The size of the batch, whatever the file says; null: as the file says, 1 where that leaves it open.</summary>
    public int? Batch { get; init; }

    /// <summary>Observations that the session keeps, see <see cref="HistoryInputs"/>.</summary>
    public IReadOnlyList<string> Histories { get; init; } = [];

    /// <summary>Frames whose first samples are the last ones of the frame before, see <see cref="ContextInputs"/>.</summary>
    public IReadOnlyList<string> Contexts { get; init; } = [];

    /// <summary>Window mode: inputs in a window.</summary>
    public int? Window { get; init; }

    /// <summary>Window mode: steps from one run to the next; null: 1. Otherwise the only input is a frame of one signal, and this many
    /// of its samples are new at each step.</summary>
    public int? Hop { get; init; }

    /// <summary>Keys and values that attention keeps, the oldest forgotten first; null: as many as the model's positions allow.</summary>
    public int? MaxContext { get; init; }

    public PositionPolicy Positions { get; init; } = PositionPolicy.Error;

    /// <summary>Values of inputs that become constants: one number, or numbers separated by commas.</summary>
    public IReadOnlyDictionary<string, string> Set { get; init; } = new Dictionary<string, string>();

    /// <summary>(x − mean) / std on the first input before the model; one number, or one a feature.</summary>
    public NormalizeStats? Normalize { get; init; }

    /// <summary>What stands between the samples and the model: calls, a preset or a JSON file; null: the model takes what comes.</summary>
    public string? FrontEnd { get; init; }

    /// <summary>Elements along time that a stream takes at once (with <see cref="FrontEnd"/>: samples); null: 1.</summary>
    public int? Chunk { get; init; }

    /// <summary>Class labels in the order of the outputs.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The vocabulary of a text model.</summary>
    public VocabularyFile? Vocabulary { get; init; }

    /// <summary>Steps per second that the model was trained for; with <see cref="Hop"/> outside window mode, samples of the signal a
    /// second.</summary>
    public double? RateHz { get; init; }

    /// <summary>Names of an input's elements: A,B,C for the only input with so many, or INPUT=A,B,C.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Units of an input's elements: one, or several joined by +, each for the channels of its quantity; of the only input,
    /// or INPUT=UNIT.</summary>
    public IReadOnlyList<string> Units { get; init; } = [];

    /// <summary>The program's own rule for decisions, as <c>edgeseq run --decide</c> takes it.</summary>
    public string? Decide { get; init; }

    /// <summary>Int8: recordings to calibrate with; null: weights alone decide.</summary>
    public RecordingSet? Calibrate { get; init; }

    /// <summary>Int8: nodes get more precision until every output stands so many decibels above its quantisation error on the recordings of
    /// <see cref="Calibrate"/>, without them on noise; 0: plain int8. Null: <see cref="DefaultMinSqnrDb"/>, on noise
    /// <see cref="DefaultMinNoiseSqnrDb"/>, or, with <see cref="MaxLoss"/>, any.</summary>
    public double? MinSqnrDb { get; init; }

    /// <summary>With <see cref="Calibrate"/>: nodes get more precision until no output loses more than this share against float32 on the
    /// recordings: of its accuracy with <see cref="CalibrationLabels"/>, else of its decisions, else the relative error. Null: any loss,
    /// but outputs between 0 and 1 may differ by <see cref="DefaultMaxProbabilityError"/> at most.</summary>
    public double? MaxLoss { get; init; }

    /// <summary>A .npy file with the class of each recording or each step of <see cref="Calibrate"/>.</summary>
    public string? CalibrationLabels { get; init; }

    /// <summary>Seconds of one core that a conversion without recordings may take, as far as they can be foreseen.</summary>
    public double MaxSeconds { get; init; } = DefaultMaxSeconds;

    /// <summary>Bytes of memory that a conversion may take, as far as they can be foreseen; null: what the machine has.</summary>
    public double? MaxMemoryBytes { get; init; }

    /// <summary>Told what the conversion will take before it takes it.</summary>
    public Action<ConversionCost>? Foreseen { get; init; }

    /// <summary>Nodes whose weights stay float32.</summary>
    public IReadOnlyList<string> FloatNodes { get; init; } = [];

    /// <summary>Patterns with * and ?: nodes whose name or ONNX op type fits stay float32.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];
}
