using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>A loaded, verified program. Immutable and thread-safe; any number of sessions share it.</summary>
public sealed class Model : IDisposable
{
    /// <summary>Most memory of a session, in bytes, that <see cref="Load(string, long, bool)"/> accepts by default.</summary>
    public const long DefaultMemoryLimit = 1L << 30;

    /// <summary>Most elements that one step may read, write or multiply: some seconds of work, far above what can run live.</summary>
    internal const double WorkLimit = 1L << 34;

    private static readonly OnceOnly SlowKernels = new(MissedInstructions.Find);

    private readonly ProgramFile _file;
    private volatile bool _disposed;

    /// <param name="isSingleStep">A call is one step of the program, whatever the file says.</param>
    private Model(ProgramFile file, long memoryLimit, bool isSingleStep)
    {
        _file = file;
        var verifier = new ProgramVerifier(file);
        verifier.Verify(memoryLimit, isSingleStep);
        Values = verifier.Values;
        Initials = [.. verifier.Initials];
        Schedule = Schedule.Create(file.Name, Program, Values, Initials);
        RequireWork(file.Name, Program);
        CallSteps = isSingleStep ? 1 : Program.Chunk ?? InputRate;
        Chunk = Math.Max(1, CallSteps / InputRate);
        Layout = SessionLayout.Create(file.Name, Program, Values, Schedule, CallSteps, memoryLimit);
        IdRanges = IdRange.Find(Program, Values);
        Inputs = Array.ConvertAll(Program.Inputs, input => Describe(input, Chunk));
        Outputs = Array.ConvertAll(Program.Outputs, output => Describe(output, CallSteps));
        ElementInputs = Array.ConvertAll(Program.Inputs, input => Describe(input, 1));
        ElementOutputs = Array.ConvertAll(Program.Outputs, output => Describe(output, CallSteps / Chunk));
        Tail = Program.Outputs.Max(output => output.Tail ?? 0);
        WeightBytes = BytesOfConstants();
    }

    /// <summary>Takes what the user should know although everything works: that a native binary was compiled without instructions that
    /// the processor has, told by the first model that is loaded, once in a process. Writes a line to standard error unless set
    /// otherwise; null is silent.</summary>
    public static Action<string>? Warn { get; set; } = text => Console.Error.WriteLine($"warning: EdgeSeq: {text}");

    public ProgramSpec Program => _file.Program;

    public IReadOnlyList<InputInfo> Inputs { get; }

    public IReadOnlyList<OutputInfo> Outputs { get; }

    /// <summary>The inputs of one element along time, whatever the chunk.</summary>
    public IReadOnlyList<InputInfo> ElementInputs { get; }

    /// <summary>The outputs as they would come if a step took one element along time, whatever the chunk.</summary>
    public IReadOnlyList<OutputInfo> ElementOutputs { get; }

    /// <summary>Elements along time that a step of a session takes at once (convert --chunk).</summary>
    public int Chunk { get; }

    /// <summary>Steps a second that the program was made for, null where nobody said.</summary>
    public double? RateHz => Program.RateHz / Chunk;

    /// <summary>Steps from an input to the output element that it completes.</summary>
    public int Delay => Program.Delay / CallSteps;

    /// <summary>Steps behind the end of a recording at which <see cref="Session.Flush()"/> still gives outputs of it.</summary>
    public int FlushSteps => (Tail + CallSteps - 1) / CallSteps;

    /// <summary>Elements along time behind the end of a recording at which outputs of it still come.</summary>
    public int ElementFlushSteps => (Tail + InputRate - 1) / InputRate;

    /// <summary>Steps after which the model has no position left; null for no limit.</summary>
    public long? MaxSteps => Program.MaxSteps / CallSteps;

    public long StateBytes => Program.StateBytes;

    public long ArenaBytes => Program.ArenaBytes;

    /// <summary>All memory of one session: state, arena, scratch of the ops and copies of the inputs.</summary>
    public long SessionBytes => Layout.Bytes;

    /// <summary>Bytes of constants that the ops read.</summary>
    public long WeightBytes { get; }

    /// <summary>Name of the instruction set that the kernels use.</summary>
    public string Isa { get; } = KernelSets.Active.Name;

    /// <summary>The checksum that the program's file carries, in lower case hexadecimal digits: snapshots are bound to it.</summary>
    public string Checksum => Convert.ToHexStringLower(Identity);

    /// <summary>Steps of the program for each element of its inputs.</summary>
    internal int InputRate => Program.InputRate ?? 1;

    /// <summary>Steps of the program in one call of a session.</summary>
    internal int CallSteps { get; }

    /// <summary>Steps of the program behind the end of a recording at which outputs of it still come.</summary>
    internal int Tail { get; }

    internal LoadedValue[] Values { get; }

    internal InitialContent[] Initials { get; }

    internal Schedule Schedule { get; }

    internal SessionLayout Layout { get; }

    internal IdRange[] IdRanges { get; }

    internal byte[] Identity => _file.Identity;

    internal ProgramImage Image => _file.Image;

    /// <summary>Copies a program file into memory and verifies it. What happens to the file afterwards does not change the model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="memoryLimit">Most bytes that a session may need.</param>
    /// <param name="map">Map the file instead of copying it, so that processes share its memory and start sooner. It must then be replaced
    /// by rename only: a mapped file that is written or cut in place changes the model or ends the process.</param>
    /// <exception cref="EdgeSeqException">ES01xx where the file is not a sound program, ES06xx where it cannot be read.</exception>
    public static Model Load(string path, long memoryLimit = DefaultMemoryLimit, bool map = false) =>
        Load(Open(path, map), path, memoryLimit);

    /// <summary>Copies a program from memory and verifies it.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="memoryLimit">Most bytes that a session may need.</param>
    /// <exception cref="EdgeSeqException">ES01xx where the bytes are not a sound program.</exception>
    public static Model Load(ReadOnlyMemory<byte> bytes, string name, long memoryLimit = DefaultMemoryLimit)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Load(ProgramImage.Copy(bytes.Span), name, memoryLimit);
    }

    /// <summary>Starts a stream at step 0.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public Session CreateSession()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new Session(this, Layout, CallSteps);
    }

    /// <summary>Starts streams at step 0 that step together.</summary>
    /// <param name="count">Number of streams, at least 1.</param>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public SessionGroup CreateSessionGroup(int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new SessionGroup(this, count);
    }

    /// <summary>Index of the input with this name, -1 if there is none.</summary>
    public int InputIndex(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        for (var i = 0; i < Program.Inputs.Length; i++)
        {
            if (Program.Inputs[i].Name == name)
                return i;
        }

        return -1;
    }

    /// <summary>Index of the output with this name, -1 if there is none.</summary>
    public int OutputIndex(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        for (var i = 0; i < Program.Outputs.Length; i++)
        {
            if (Program.Outputs[i].Name == name)
                return i;
        }

        return -1;
    }

    /// <summary>Bytes of a tensor of the file, such as the vocabulary. Valid until the model is disposed.</summary>
    /// <exception cref="ArgumentException">There is no such tensor.</exception>
    public ReadOnlySpan<byte> Tensor(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var entry = _file.Find(name) ?? throw new ArgumentException($"{_file.Name} has no tensor '{name}'", nameof(name));
        return _file.Bytes(entry);
    }

    /// <summary>Runs the self-test of the file from reset and compares every output bit for bit.</summary>
    /// <exception cref="EdgeSeqException">ES0802 where the program has none.</exception>
    public SelfTestResult SelfTest() => Sessions.SelfTest.Run(this, _file);

    /// <summary>Releases the file once the last session is disposed too.</summary>
    public void Dispose()
    {
        _disposed = true;
        Image.Dispose();
    }

    /// <summary>A program whose sessions do one step of it in a call, whatever its chunk and the rate of its inputs, which keep their
    /// content until they come again.</summary>
    internal static Model LoadSingleStep(string path) =>
        Load(ProgramImage.Read(path), path, DefaultMemoryLimit, isSingleStep: true);

    /// <inheritdoc cref="LoadSingleStep(string)"/>
    internal static Model LoadSingleStep(ReadOnlyMemory<byte> bytes, string name) =>
        Load(ProgramImage.Copy(bytes.Span), name, DefaultMemoryLimit, isSingleStep: true);

    /// <summary>As <see cref="LoadSingleStep(string)"/>, a program that is not written, so that snapshots of its sessions have nothing to
    /// be bound to.</summary>
    /// <param name="tensors">Where the data part holds each of them.</param>
    /// <param name="data">The parts of which the data part is made, in order.</param>
    internal static Model LoadUnwritten(ProgramSpec program, IEnumerable<SafetensorsEntry> tensors, IReadOnlyList<byte[]> data) =>
        Load(ProgramImage.Join(data), image => ProgramFile.Unwritten(program, tensors, image), DefaultMemoryLimit, isSingleStep: true);

    /// <summary>A session of one step of the program in a call.</summary>
    internal Session CreateSingleStepSession() => CallSteps == 1 ? CreateSession()
        : new Session(this, SessionLayout.Create(_file.Name, Program, Values, Schedule, 1, long.MaxValue), 1);

    /// <exception cref="ArgumentException">There is no input of this name.</exception>
    internal int RequireInput(string name) => InputIndex(name) is >= 0 and var index ? index
        : throw new ArgumentException($"{Program.Name} has no input '{name}'; it has {string.Join(", ", Inputs.Select(i => i.Name))}",
        nameof(name));

    /// <exception cref="ArgumentException">There is no output of this name.</exception>
    internal int RequireOutput(string name) => OutputIndex(name) is >= 0 and var index ? index
        : throw new ArgumentException($"{Program.Name} has no output '{name}'; it has {string.Join(", ", Outputs.Select(o => o.Name))}",
        nameof(name));

    private static ProgramImage Open(string path, bool map)
    {
        ArgumentNullException.ThrowIfNull(path);
        return map ? ProgramImage.Map(path) : ProgramImage.Read(path);
    }

    private static Model Load(ProgramImage image, string name, long memoryLimit, bool isSingleStep = false) =>
        Load(image, bytes => ProgramFile.Read(bytes, name), memoryLimit, isSingleStep);

    private static Model Load(ProgramImage image, Func<ProgramImage, ProgramFile> read, long memoryLimit, bool isSingleStep)
    {
        SlowKernels.Tell(Warn);
        try
        {
            return new Model(read(image), memoryLimit, isSingleStep);
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    private static void RequireWork(string file, ProgramSpec program)
    {
        var work = program.Ops.Sum(op => OpCost.Work(op, program.Values)) * (program.Chunk ?? program.InputRate ?? 1);
        if (work > WorkLimit)
        {
            throw new EdgeSeqException(ErrorCodes.WorkTooLarge,
                $"{file}: a step works on {work:0.#e+0} elements, more than {WorkLimit:0.#e+0}", Hints.Reconvert);
        }
    }

    /// <summary>Each tensor once, however many values share it.</summary>
    private long BytesOfConstants()
    {
        var bytes = 0L;
        var tensors = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Values.Length; i++)
        {
            if (Values[i].Place == ValuePlace.Constant && tensors.Add(Program.Values[i].Tensor!))
                bytes += Values[i].Bytes;
        }

        return bytes;
    }

    /// <param name="elements">That come at once.</param>
    private InputInfo Describe(InputSpec input, int elements) => new(
        input.Name, elements == 1 ? input.Shape : [elements, .. input.Shape], input.Type, elements * Values[input.Value].Length,
        input.Channels, input.Unit, input.Hop, Program.RateHz * input.Hop);

    /// <param name="steps">Of the program in a call.</param>
    private OutputInfo Describe(OutputSpec output, int steps)
    {
        var clock = Program.Clocks[output.Clock];
        var elements = SessionLayout.OutputsOf(Program, output, steps);
        return new OutputInfo(output.Name, steps == 1 || output.Kind != "stream" ? output.Shape : [elements, .. output.Shape],
            output.Type, elements * Values[output.Value].Length, output.Labels, Math.Max(1, clock.Rate / steps),
            clock.Offset / steps, output.Kind)
        {
            Elements = elements,
        };
    }
}
