using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>A loaded, verified program. Immutable and thread-safe; any number of sessions share it.</summary>
public sealed class Model : IDisposable
{
    /// <summary>Largest state plus arena of a session that <see cref="Load(string, long)"/> accepts by default.</summary>
    public const long DefaultMemoryLimit = 1L << 30;

    private Model(ProgramSpec program) => Program = program;

    public ProgramSpec Program { get; }

    public IReadOnlyList<InputInfo> Inputs { get; } = [];

    public IReadOnlyList<OutputInfo> Outputs { get; } = [];

    /// <summary>Steps from an input to the output element that it completes.</summary>
    public int Delay => Program.Delay;

    public long StateBytes => Program.StateBytes;

    public long ArenaBytes => Program.ArenaBytes;

    /// <summary>Bytes of constants that the ops read.</summary>
    public long WeightBytes { get; }

    /// <summary>Name of the instruction set that the kernels use.</summary>
    public string Isa => throw new NotSupportedException();

    /// <summary>Maps a program file into memory and verifies it. The file must stay unchanged while the model lives
    /// (replace program files by rename only).</summary>
    /// <exception cref="EdgeSeqException">ES01xx where the file is not a sound program, ES06xx where it cannot be read.</exception>
    public static Model Load(string path, long memoryLimit = DefaultMemoryLimit) => throw new NotSupportedException();

    /// <summary>Copies a program from memory and verifies it.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="memoryLimit">Largest state plus arena of a session, in bytes.</param>
    /// <exception cref="EdgeSeqException">ES01xx where the bytes are not a sound program.</exception>
    public static Model Load(ReadOnlyMemory<byte> bytes, string name, long memoryLimit = DefaultMemoryLimit) =>
        throw new NotSupportedException();

    /// <summary>Starts a stream at step 0.</summary>
    public Session CreateSession() => throw new NotSupportedException();

    /// <summary>Index of the input with this name, -1 if there is none.</summary>
    public int InputIndex(string name) => throw new NotSupportedException();

    /// <summary>Index of the output with this name, -1 if there is none.</summary>
    public int OutputIndex(string name) => throw new NotSupportedException();

    /// <summary>Bytes of a tensor of the file, such as the vocabulary. Valid until the model is disposed.</summary>
    public ReadOnlySpan<byte> Tensor(string name) => throw new NotSupportedException();

    /// <summary>Runs the self-test of the file from reset and compares every output bit for bit.</summary>
    /// <exception cref="EdgeSeqException">ES0802 where the program has none.</exception>
    public SelfTestResult SelfTest() => throw new NotSupportedException();

    /// <summary>Releases the file once the last session is disposed too.</summary>
    public void Dispose() => throw new NotSupportedException();
}
