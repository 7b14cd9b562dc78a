namespace EdgeSeq.Runtime.Errors;

/// <summary>Every error code, once. docs/errors.md is generated from <see cref="All"/>.</summary>
public static class ErrorCodes
{
    // ES01xx: program files.
    public static readonly ErrorCode NotAProgram = new(101, ExitCode.BadData, "The file is not an EdgeSeq program");
    public static readonly ErrorCode HeaderInvalid = new(102, ExitCode.BadData, "The program file's header is malformed");
    public static readonly ErrorCode TensorInvalid = new(103, ExitCode.BadData, "A tensor of the program file is malformed");
    public static readonly ErrorCode TensorsDoNotTile = new(104, ExitCode.BadData, "The tensors overlap, leave a hole or pass the end of the file");
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

    // ES03xx: snapshots.
    public static readonly ErrorCode SnapshotInvalid = new(350, ExitCode.BadData, "The snapshot is malformed or damaged");
    public static readonly ErrorCode SnapshotOfOtherProgram = new(351, ExitCode.BadData, "The snapshot belongs to another program");
    public static readonly ErrorCode SnapshotHasNaN = new(352, ExitCode.BadData, "The snapshot holds a NaN");

    // ES05xx: sessions.
    public static readonly ErrorCode StepsExhausted = new(501, ExitCode.BadData, "The stream is longer than the model's positions");
    public static readonly ErrorCode IdOutOfRange = new(502, ExitCode.BadData, "An id lies outside the model's table");
    public static readonly ErrorCode WrongSignature = new(503, ExitCode.BadData, "The call does not fit the program's inputs and outputs");

    // ES06xx: files and devices.
    public static readonly ErrorCode FileMissing = new(601, ExitCode.BadData, "An input file does not exist");
    public static readonly ErrorCode FileUnreadable = new(602, ExitCode.Device, "A file cannot be read");
    public static readonly ErrorCode WriteFailed = new(603, ExitCode.Device, "A file cannot be written");

    // ES08xx: checks.
    public static readonly ErrorCode SelfTestFailed = new(801, ExitCode.CheckFailed, "The program's self-test gives other bits");
    public static readonly ErrorCode SelfTestMissing = new(802, ExitCode.CheckFailed, "The program has no self-test");

    /// <summary>All codes in ascending order.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        NotAProgram, HeaderInvalid, TensorInvalid, TensorsDoNotTile, TensorMisaligned, ChecksumMismatch, ProgramInvalid, FormatUnknown,
        ValueInvalid, ClockInvalid, OpUnknown, OpInvalid, PortInvalid, MemoryTooLarge, SelfTestInvalid, TextInvalid,
        SnapshotInvalid, SnapshotOfOtherProgram, SnapshotHasNaN,
        StepsExhausted, IdOutOfRange, WrongSignature,
        FileMissing, FileUnreadable, WriteFailed,
        SelfTestFailed, SelfTestMissing,
    ];
}
