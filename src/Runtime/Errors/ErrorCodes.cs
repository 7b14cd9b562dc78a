namespace EdgeSeq.Runtime.Errors;

/// <summary>Every error code, once. docs/errors.md is generated from <see cref="All"/>.</summary>
public static class ErrorCodes
{
    // ES01xx: program files.
    public static readonly ErrorCode NotAProgram = new(101, ExitCode.BadData, "The file is not an EdgeSeq program");
    public static readonly ErrorCode HeaderInvalid = new(102, ExitCode.BadData, "The program file's header is malformed");
    public static readonly ErrorCode TensorInvalid = new(103, ExitCode.BadData, "A tensor of the program file is malformed");
    public static readonly ErrorCode TensorsDoNotTile = new(104, ExitCode.BadData,
        "The tensors overlap, leave a hole or pass the end of the file");
    public static readonly ErrorCode TensorMisaligned = new(105, ExitCode.BadData, "A tensor does not start on a multiple of 64 bytes");
    public static readonly ErrorCode ChecksumMismatch = new(106, ExitCode.BadData, "The program file's data differs from its checksum");
    public static readonly ErrorCode ProgramInvalid = new(107, ExitCode.BadData, "The program description is missing or malformed");
    public static readonly ErrorCode FormatUnknown = new(108, ExitCode.BadData, "The program's format version is not known");
    public static readonly ErrorCode ValueInvalid = new(109, ExitCode.BadData, "A value of the program is malformed");
    public static readonly ErrorCode ClockInvalid = new(110, ExitCode.BadData, "A clock of the program is malformed");
    public static readonly ErrorCode OpUnknown = new(111, ExitCode.BadData, "The program uses an op that this version does not have");
    public static readonly ErrorCode OpInvalid = new(112, ExitCode.BadData, "An op's operands or attributes are malformed");
    public static readonly ErrorCode PortInvalid = new(113, ExitCode.BadData, "An input or output of the program is malformed");
    public static readonly ErrorCode MemoryTooLarge = new(114, ExitCode.BadData, "A session of the program would need too much memory");
    public static readonly ErrorCode SelfTestInvalid = new(115, ExitCode.BadData, "The program's self-test is malformed");
    public static readonly ErrorCode TextInvalid = new(116, ExitCode.BadData, "The program's vocabulary is malformed");
    public static readonly ErrorCode WorkTooLarge = new(117, ExitCode.BadData, "A step of the program would take too long");

    // ES02xx: ONNX files.
    public static readonly ErrorCode NotOnnx = new(201, ExitCode.BadData, "The file is not an ONNX model");
    public static readonly ErrorCode OnnxTruncated = new(202, ExitCode.BadData, "The ONNX file is cut short");
    public static readonly ErrorCode OpsetUnsupported = new(203, ExitCode.BadData, "The model's operator set version is not supported");
    public static readonly ErrorCode OnnxGraphInvalid = new(204, ExitCode.BadData, "The ONNX graph is malformed");
    public static readonly ErrorCode ExternalDataRefused = new(205, ExitCode.BadData, "External tensor data is missing or not allowed");
    public static readonly ErrorCode OnnxTensorInvalid = new(206, ExitCode.BadData, "A tensor of the ONNX file is malformed");
    public static readonly ErrorCode OnnxTooLarge = new(207, ExitCode.BadData, "The ONNX model or one of its tensors is too large");
    public static readonly ErrorCode OnnxRuntimeRejects = new(208, ExitCode.BadData, "ONNX Runtime does not load the model");
    public static readonly ErrorCode OnnxRuntimeFails = new(209, ExitCode.BadData, "ONNX Runtime fails while it runs the model");
    public static readonly ErrorCode FoldedTensorTooLarge = new(210, ExitCode.BadData, "A constant that the model computes is too large");

    // ES03xx: recordings and snapshots.
    public static readonly ErrorCode RecordingMalformed = new(301, ExitCode.BadData, "A recording's file is malformed");
    public static readonly ErrorCode RecordingUnsupported = new(302, ExitCode.BadData, "A recording's file is of a kind that is not read");
    public static readonly ErrorCode RecordingShape = new(303, ExitCode.BadData, "A recording does not fit the program's inputs");
    public static readonly ErrorCode CellInvalid = new(304, ExitCode.BadData, "A row of a CSV file is not as expected");
    public static readonly ErrorCode SampleNotFinite = new(305, ExitCode.BadData,
        "A step's input holds a NaN, an infinity or a gap, or its state would");
    public static readonly ErrorCode OutputsDoNotStack = new(306, ExitCode.BadData,
        "Recordings of different length do not stack into one array");
    public static readonly ErrorCode SourceEmpty = new(307, ExitCode.BadData, "A source holds no step");
    public static readonly ErrorCode SnapshotInvalid = new(350, ExitCode.BadData, "The snapshot is malformed or damaged");
    public static readonly ErrorCode SnapshotOfOtherProgram = new(351, ExitCode.BadData, "The snapshot belongs to another program");
    public static readonly ErrorCode SnapshotHasNaN = new(352, ExitCode.BadData, "The snapshot holds a NaN");

    // ES04xx: graphs that cannot be converted.
    public static readonly ErrorCode NodeUnsupported = new(410, ExitCode.Unsupported, "A node cannot be converted");
    public static readonly ErrorCode NotCausal = new(412, ExitCode.Unsupported, "A node needs inputs that are still to come");
    public static readonly ErrorCode TimeAxisUnknown = new(413, ExitCode.Unsupported, "The time axis cannot be told");
    public static readonly ErrorCode StatePairInvalid = new(414, ExitCode.Unsupported, "A state input and output do not fit together");
    public static readonly ErrorCode StepsDiffer = new(415, ExitCode.Unsupported, "The step program differs from the model");
    public static readonly ErrorCode ConverterFault = new(416, ExitCode.Unsupported,
        "The converter fails at a node, which is a fault of its own");
    public static readonly ErrorCode FrontEndNotStreamable = new(417, ExitCode.Unsupported,
        "A front end in the form that needs the whole recording");
    public static readonly ErrorCode UnsupportedElementType = new(450, ExitCode.Unsupported, "The element type is not supported");
    public static readonly ErrorCode UnsupportedOnnxFeature = new(451, ExitCode.Unsupported,
        "The model uses a part of ONNX that is not supported");
    public static readonly ErrorCode UnknownOp = new(452, ExitCode.Unsupported, "The model uses an op that is not known");

    // ES05xx: sessions.
    public static readonly ErrorCode StepsExhausted = new(501, ExitCode.BadData, "The stream is longer than the model's positions");
    public static readonly ErrorCode IdOutOfRange = new(502, ExitCode.BadData, "An id lies outside the model's table");
    public static readonly ErrorCode WrongSignature = new(503, ExitCode.BadData, "The call does not fit the program's inputs and outputs");
    public static readonly ErrorCode UsedTwice = new(504, ExitCode.BadData, "A session is used from two threads at once");
    public static readonly ErrorCode SessionFlushed = new(505, ExitCode.BadData, "A recording was ended by a flush");

    // Of the C interface alone.
    public static readonly ErrorCode HandleUnknown = new(506, ExitCode.BadData, "A handle of the C interface names nothing that is open");
    public static readonly ErrorCode ArgumentInvalid = new(507, ExitCode.BadData,
        "An argument of the C interface is null, out of range or of another length");
    public static readonly ErrorCode InternalFault = new(508, ExitCode.BadData, "The library fails, or there is no memory");

    // ES06xx: files and devices.
    public static readonly ErrorCode FileMissing = new(601, ExitCode.BadData, "An input file does not exist");
    public static readonly ErrorCode FileUnreadable = new(602, ExitCode.Device, "A file cannot be read");
    public static readonly ErrorCode WriteFailed = new(603, ExitCode.Device, "A file cannot be written");

    public static readonly ErrorCode BusUnusable = new(610, ExitCode.Device, "A bus or device node is missing or not permitted");
    public static readonly ErrorCode SensorFault = new(611, ExitCode.Device, "A sensor does not answer or gives no usable sample");
    public static readonly ErrorCode NetworkUnusable = new(612, ExitCode.Device, "A port of the network cannot be had");
    public static readonly ErrorCode ServerAway = new(613, ExitCode.Device, "A server that is needed does not answer");

    // ES07xx: usage of the command line.
    public static readonly ErrorCode UsageInvalid = new(701, ExitCode.Usage, "The command line is not understood");
    public static readonly ErrorCode SourceUnknown = new(702, ExitCode.Usage, "There is no such source");
    public static readonly ErrorCode SinkUnknown = new(703, ExitCode.Usage, "There is no such sink");
    public static readonly ErrorCode OptionInvalid = new(704, ExitCode.Usage,
        "An option's value is out of range or does not go with the others");
    public static readonly ErrorCode DecisionRuleInvalid = new(705, ExitCode.Usage,
        "A rule for decisions is not understood or does not fit the program");
    public static readonly ErrorCode FrontEndInvalid = new(706, ExitCode.Usage,
        "A front end, link or chain is not understood or does not fit");
    public static readonly ErrorCode ConfigInvalid = new(710, ExitCode.Usage,
        "A file of options is malformed, or has one that there is not");
    public static readonly ErrorCode InputValueInvalid = new(720, ExitCode.Usage,
        "A value or size given for a model input does not fit it");
    public static readonly ErrorCode InstructionSetUnknown = new(730, ExitCode.Usage,
        "EDGESEQ_ISA names no instruction set of this processor");

    // ES08xx: checks.
    public static readonly ErrorCode SelfTestFailed = new(801, ExitCode.CheckFailed, "The program's self-test gives other bits");
    public static readonly ErrorCode SelfTestMissing = new(802, ExitCode.CheckFailed, "The program has no self-test");
    public static readonly ErrorCode ThresholdBroken = new(803, ExitCode.CheckFailed,
        "The program differs from the model by more than is allowed");

    /// <summary>All codes in ascending order.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        NotAProgram, HeaderInvalid, TensorInvalid, TensorsDoNotTile, TensorMisaligned, ChecksumMismatch, ProgramInvalid, FormatUnknown,
        ValueInvalid, ClockInvalid, OpUnknown, OpInvalid, PortInvalid, MemoryTooLarge, SelfTestInvalid, TextInvalid, WorkTooLarge,
        NotOnnx, OnnxTruncated, OpsetUnsupported, OnnxGraphInvalid, ExternalDataRefused, OnnxTensorInvalid, OnnxTooLarge,
        OnnxRuntimeRejects, OnnxRuntimeFails, FoldedTensorTooLarge,
        RecordingMalformed, RecordingUnsupported, RecordingShape, CellInvalid, SampleNotFinite, OutputsDoNotStack, SourceEmpty,
        SnapshotInvalid, SnapshotOfOtherProgram, SnapshotHasNaN,
        NodeUnsupported, NotCausal, TimeAxisUnknown, StatePairInvalid, StepsDiffer, ConverterFault, FrontEndNotStreamable,
        UnsupportedElementType, UnsupportedOnnxFeature, UnknownOp,
        StepsExhausted, IdOutOfRange, WrongSignature, UsedTwice, SessionFlushed, HandleUnknown, ArgumentInvalid, InternalFault,
        FileMissing, FileUnreadable, WriteFailed, BusUnusable, SensorFault, NetworkUnusable, ServerAway,
        UsageInvalid, SourceUnknown, SinkUnknown, OptionInvalid, DecisionRuleInvalid, FrontEndInvalid, ConfigInvalid, InputValueInvalid,
            InstructionSetUnknown,
        SelfTestFailed, SelfTestMissing, ThresholdBroken,
    ];
}
