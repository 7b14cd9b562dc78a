using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Runtime.Tests.Errors;

/// <summary>For each code the usual cause and what cures it. Messages and hints say what holds in the case at hand.</summary>
internal static class ErrorCures
{
    private const string Damaged = "Damaged on the way, or written by another tool. Copy it again, with a checksum, or convert again";
    private const string OtherVersion = "Written by a newer version. Update `edgeseq`, or convert with the version that runs on the device";
    private const string OwnFile = "A file that was made by hand or damaged. Convert the model again";

    public static IReadOnlyDictionary<ErrorCode, string> All { get; } = new Dictionary<ErrorCode, string>
    {
        [ErrorCodes.NotAProgram] = "Another file was named: an `.onnx` file goes through `edgeseq-convert convert` first",
        [ErrorCodes.HeaderInvalid] = Damaged,
        [ErrorCodes.TensorInvalid] = OwnFile,
        [ErrorCodes.TensorsDoNotTile] = "Cut short while it was copied, or made by hand. Copy it again",
        [ErrorCodes.TensorMisaligned] = "Rewritten by another safetensors tool. Convert the model again",
        [ErrorCodes.ChecksumMismatch] = Damaged,
        [ErrorCodes.ProgramInvalid] = OwnFile,
        [ErrorCodes.FormatUnknown] = OtherVersion,
        [ErrorCodes.ValueInvalid] = OwnFile,
        [ErrorCodes.ClockInvalid] = OwnFile,
        [ErrorCodes.OpUnknown] = OtherVersion,
        [ErrorCodes.OpInvalid] = OwnFile,
        [ErrorCodes.PortInvalid] = OwnFile,
        [ErrorCodes.MemoryTooLarge] = "A very long context or window. Convert with a smaller `--max-context` or `--window`",
        [ErrorCodes.SelfTestInvalid] = OwnFile,
        [ErrorCodes.TextInvalid] = "Convert again with `--vocab`, and the vocabulary that the model was trained with",
        [ErrorCodes.WorkTooLarge] = "A hostile file, or dimensions that are far too large. Look at the model with Netron",
        [ErrorCodes.NotOnnx] = "Another file was named, or a download is an error page. Export again; `file MODEL` tells what it is",
        [ErrorCodes.OnnxTruncated] = "A download or copy that was interrupted, or a Git LFS pointer. Fetch it again (`git lfs pull`)",
        [ErrorCodes.OpsetUnsupported] = "Export with `opset_version` 13 to 23",
        [ErrorCodes.OnnxGraphInvalid] = "`onnx.checker.check_model` says more; export again",
        [ErrorCodes.ExternalDataRefused] = "Weights lie in a file beside the model that is missing or elsewhere. Copy both, or save "
            + "as one file",
        [ErrorCodes.OnnxTensorInvalid] = "Damaged, or written by hand. Export again",
        [ErrorCodes.OnnxTooLarge] = "Beyond what a small computer can hold; make the model smaller",
        [ErrorCodes.OnnxRuntimeRejects] = "The model is invalid, or uses ops of another framework. The message is ONNX Runtime's own",
        [ErrorCodes.OnnxRuntimeFails] = "Shapes that do not fit each other, or too little memory. Run the model in Python on the same "
            + "shapes",
        [ErrorCodes.FoldedTensorTooLarge] = "A mask or table for a very long sequence. Export with a shorter length, or with an open one",
        [ErrorCodes.RecordingMalformed] = "Save it again: `np.save` for `.npy`, UTF-8 for text, PCM for WAV",
        [ErrorCodes.RecordingUnsupported] = "Convert it: float32 or whole numbers in `.npy`, mono PCM in WAV (`sox in.mp3 -c 1 out.wav`)",
        [ErrorCodes.RecordingShape] = "Other channels than the program's, or another layout. `edgeseq inspect PROGRAM` shows the "
            + "shape of a step",
        [ErrorCodes.CellInvalid] = "A word among numbers, or a row that is longer or shorter. The message has line and column",
        [ErrorCodes.SampleNotFinite] = "A gap in a recording or a sensor's fault. `--on-fault hold` or `reset` goes on",
        [ErrorCodes.OutputsDoNotStack] = "Use another sink (`jsonl:`, `csv:`), or recordings of one length",
        [ErrorCodes.SourceEmpty] = "An empty file, or one shorter than a step: a frame of audio, a window",
        [ErrorCodes.SnapshotInvalid] = "Cut off by a full disk or damaged. `FILE.previous` is tried by itself; else remove it and "
            + "start anew",
        [ErrorCodes.SnapshotOfOtherProgram] = "The program was replaced. Remove the snapshot, or name another `--snapshot` for each "
            + "program",
        [ErrorCodes.SnapshotHasNaN] = "Not written by EdgeSeq. Remove it",
        [ErrorCodes.NodeUnsupported] = "The hint says what to do: another export, `--mode window`, an option. "
            + "[Operators](operators.md) lists the rules",
        [ErrorCodes.NotCausal] = "A bidirectional layer or attention both ways. `--mode window --window W --hop H` ([choose a "
            + "mode](choose-a-mode.md))",
        [ErrorCodes.TimeAxisUnknown] = "Several axes could be time. `--time-axis INPUT=AXIS`, or leave only time open when exporting",
        [ErrorCodes.StatePairInvalid] = "Several pairings fit, or none. `--state IN=OUT` for each state",
        [ErrorCodes.StepsDiffer] = "A fault of the converter, or a model that is not finite on test inputs (a logarithm of negative "
            + "numbers). "
            + "`--mode window`; report the model",
        [ErrorCodes.ConverterFault] = "A fault of the converter. Report the model, or its graph without weights",
        [ErrorCodes.FrontEndNotStreamable] = "Normalised by the recording's maximum or mean. The hint has the form that streams",
        [ErrorCodes.UnsupportedElementType] = "Export in float32; strings and complex numbers are not computed",
        [ErrorCodes.UnsupportedOnnxFeature] = "Sequences, maps, optional values. Export the network without its post-processing",
        [ErrorCodes.UnknownOp] = "A custom op or another domain. Export it as standard ops",
        [ErrorCodes.StepsExhausted] = "`Reset`, or convert with `--positions clamp` or `wrap`, or a larger `--max-context`",
        [ErrorCodes.IdOutOfRange] = "Tokens of another vocabulary. Use the one that the model was trained with",
        [ErrorCodes.WrongSignature] = "`model.Inputs` and `Outputs` say how long spans must be, and which type",
        [ErrorCodes.UsedTwice] = "One session a thread: `model.CreateSession()` is cheap, the model is shared",
        [ErrorCodes.SessionFlushed] = "`Reset` begins the next recording",
        [ErrorCodes.HandleUnknown] = "Closed already, or 0 because the call that was to open it failed: check what calls return",
        [ErrorCodes.ArgumentInvalid] = "`edgeseq.h` says for each argument what it must be",
        [ErrorCodes.InternalFault] = "Free memory; otherwise a fault of the library: please report it with the message",
        [ErrorCodes.FileMissing] = "A mistyped path; paths are those of the folder in which the command runs",
        [ErrorCodes.FileUnreadable] = "Rights (`ls -l`), or a folder in the place of a file",
        [ErrorCodes.WriteFailed] = "A full disk (`df`), rights, or a folder that is missing. What was there before is untouched",
        [ErrorCodes.BusUnusable] = "Switched off, or no right to it. `dtparam=i2c_arm=on`, `usermod -aG i2c $USER` ([Raspberry "
            + "Pi](raspberry-pi.md))",
        [ErrorCodes.SensorFault] = "Wiring, address, or another chip. `edgeseq sensors` says what answers; `--on-fault hold` rides "
            + "over gaps",
        [ErrorCodes.NetworkUnusable] = "Another program listens there (`ss -lntp`). Choose another port",
        [ErrorCodes.ServerAway] = "Start it, or say where it is ([a host](fleet.md#a-host)). A request that a fleet answers with it is sent "
            + "again: shards of a silo that died are back within seconds",
        [ErrorCodes.UsageInvalid] = "The message has what was meant; `--help` after a command shows all of it",
        [ErrorCodes.SourceUnknown] = "`edgeseq run --help` lists sources; a file needs its kind: `npy:x.npy`",
        [ErrorCodes.SinkUnknown] = "`edgeseq run --help` lists sinks; a file needs its kind: `csv:y.csv`",
        [ErrorCodes.OptionInvalid] = "The message says which option, and what it may be",
        [ErrorCodes.DecisionRuleInvalid] = "`on=0.5, off=0.35, least=250ms`; [decisions](command-line.md#decisions) lists the parts",
        [ErrorCodes.FrontEndInvalid] = "[Front ends and chains](front-ends.md) lists names, settings and links",
        [ErrorCodes.ConfigInvalid] = "The message has file and line; [run.schema.json](run.schema.json) lets an editor check it",
        [ErrorCodes.InputValueInvalid] = "`edgeseq-convert convert` lists the model's inputs with their shapes",
        [ErrorCodes.InstructionSetUnknown] = "Unset `EDGESEQ_ISA`, or choose of the [list](command-line.md#instruction-sets)",
        [ErrorCodes.SelfTestFailed] = "Memory or processor at fault, or a file changed without its checksum. Report it with `edgeseq "
            + "bench` of both machines",
        [ErrorCodes.SelfTestMissing] = "Convert again: every program of this version has one",
        [ErrorCodes.ThresholdBroken] = "[When accuracy drops](quantization.md#when-accuracy-drops)",
    };
}
