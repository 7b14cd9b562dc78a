namespace EdgeSeq.Quantize.Streaming;

/// <summary>Computes an op's outputs from operands with static shapes.</summary>
internal delegate StepOperand?[] LoweringRule(Lowering context);

/// <summary>Maps the wires into a node to the wires out of it, where at least one of them is a sequence.</summary>
internal delegate Wire?[] StreamRule(NodeContext context);

/// <summary>The wires out of a node that opens something larger than its op; null where it does not, and the op's rule serves.</summary>
internal delegate Wire?[]? OpeningRule(NodeContext context);

/// <summary>What the converter knows of one ONNX op.</summary>
/// <param name="OpType">ONNX name.</param>
/// <param name="Domain">Empty for the standard domain.</param>
/// <param name="Lower">How it runs on static shapes; null where it exists in streams only or is always folded.</param>
/// <param name="Stream">How it runs on a sequence, one element at a time.</param>
/// <param name="Summary">The streaming rule in a few words, for the op table in docs.</param>
/// <param name="Int8">What of it becomes int8 in an int8 program, for the op table in docs; null: nothing.</param>
/// <param name="Open">Asked before the other rules.</param>
/// <param name="RunsBody">The stream rule also serves inputs without a time axis, since it runs a subgraph.</param>
internal sealed record OpEntry(
    string OpType, string Domain, LoweringRule? Lower, StreamRule? Stream, string Summary, string? Int8 = null, OpeningRule? Open = null,
    bool RunsBody = false);

/// <summary>The registry of transfer rules. docs/operators.md is generated from it.</summary>
internal sealed class OpTable
{
    /// <summary>Ops whose result's shape depends on their inputs' values: the converter evaluates them, no step program can.</summary>
    private static readonly HashSet<string> Evaluated =
    [
        "BlackmanWindow", "Compress", "ConstantOfShape", "EyeLike", "HammingWindow", "HannWindow", "MelWeightMatrix", "NonZero", "Range",
            "Unique",
    ];

    /// <summary>What to export in the place of ops that no step computes.</summary>
    private static readonly Dictionary<string, string> Instead = new(StringComparer.Ordinal)
    {
        ["Bernoulli"] = "export in evaluation mode (model.eval()): no step draws random numbers",
        ["BitwiseAnd"] = "give one of its operands as a constant of one number",
        ["BitwiseNot"] = "cast its operand to int64 before",
        ["BitwiseOr"] = "give one of its operands as a constant of one number",
        ["BitwiseXor"] = "give one of its operands as a constant of one number",
        ["CenterCropPad"] = "export with Pad and Slice, or with sizes that are fixed",
        ["Det"] = "spell the determinant out as products: up to four rows are understood",
        ["GridSample"] = "sample with Gather at fixed places, or with Resize",
        ["ImageDecoder"] = "decode pictures before, and give the model their pixels",
        ["LRN"] = "export with a fixed number of channels",
        ["MaxRoiPool"] = "export the network without its post-processing",
        ["MaxUnpool"] = "go up with Resize (nn.Upsample) or ConvTranspose",
        ["Multinomial"] = "export the probabilities and draw from them outside the model",
        ["NonMaxSuppression"] = "export the network without its post-processing",
        ["RandomNormal"] = "give the noise as an input of the model",
        ["RandomNormalLike"] = "give the noise as an input of the model",
        ["RandomUniform"] = "give the noise as an input of the model",
        ["RandomUniformLike"] = "give the noise as an input of the model",
        ["RoiAlign"] = "export the network without its post-processing",
        ["TfIdfVectorizer"] = "count n-grams before, and give the model the counts",
    };

    private readonly SortedDictionary<string, OpEntry> _entries = new(StringComparer.Ordinal);

    public IEnumerable<OpEntry> Entries => _entries.Values;

    /// <summary>Asked where a node is refused; null where it knows no way either.</summary>
    public OpeningRule? Otherwise { get; set; }

    public OpEntry? Find(string domain, string opType) => _entries.GetValueOrDefault(Key(domain, opType));

    /// <summary>What a user whose model has this op can do.</summary>
    public static string InsteadOf(string opType) =>
        Instead.GetValueOrDefault(opType, "export the model without this op; docs/operators.md lists those that convert");

    public static bool IsEvaluatedOnly(string opType) => Evaluated.Contains(opType);

    public void Add(string opType, LoweringRule? lower, StreamRule? stream, string summary, string domain = "", string? int8 = null) =>
        _entries.Add(Key(domain, opType), new OpEntry(opType, domain, lower, stream, summary, int8));

    /// <summary>An op that runs a subgraph.</summary>
    public void AddControl(string opType, StreamRule rule, string summary) =>
        _entries.Add(opType, new OpEntry(opType, "", null, rule, summary, RunsBody: true));

    /// <summary>Lets <paramref name="rule"/> look at nodes of these ops, which are in the table, before their own rules do.</summary>
    public void Open(IEnumerable<string> opTypes, OpeningRule rule)
    {
        foreach (var opType in opTypes)
            _entries[opType] = _entries[opType] with { Open = rule };
    }

    private static string Key(string domain, string opType) => domain is "" or "ai.onnx" ? opType : $"{domain}.{opType}";
}
