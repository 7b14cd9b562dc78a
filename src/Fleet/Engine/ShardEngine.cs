using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using EdgeSeq.Device;
using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Fleet.Engine;

/// <summary>Up to 256 streams of one program. What it gives follows from the messages that it took, in their order, and from nothing
/// else: the same messages give the same bits on any machine. For one thread at a time.</summary>
internal sealed partial class ShardEngine : IDisposable
{
    private const int FirstCapacity = 32;

    private readonly Model _model;
    private readonly ShardSettings _settings;
    private readonly DecisionRule? _rule;
    private readonly EventText? _eventText;
    private readonly DecisionContext _context;
    private readonly StepInputs _decisionInputs;
    private readonly SlotOutputs _slotOutputs = new();
    private readonly List<StreamSlot> _slots = [];
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<Run> _runs = [];
    private readonly List<int> _active = [];
    private readonly List<StreamEvent> _events = [];
    private readonly EventReceiver _receiver;
    private SessionGroup _group;
    private bool[] _chosen;
    private Run[] _current;

    /// <exception cref="EdgeSeqException">ES0705 where the rule does not fit the program.</exception>
    public ShardEngine(Model model, ShardSettings settings)
    {
        _model = model;
        _settings = settings;
        _lookup = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
        _context = DecisionContext.Of(model, 1, null);
        _rule = (settings.Decide ?? model.Program.Decide) is { } rule ? RuleParser.Parse(rule) : null;
        if (_rule is not null)
        {
            _eventText = new EventText(new SinkContext
            {
                Outputs = model.Outputs,
                IsBatch = false,
                EventNames = new DecisionEngine(_rule, _context).EventNames,
                SamplesPerSecond = _context.SamplesPerSecond,
            });
        }

        SampleBytes = SampleBytesOf(model);
        _decisionInputs = new StepInputs(model.Inputs);
        _receiver = new EventReceiver(this);
        (_group, _chosen, _current) = GroupOf(FirstCapacity);
    }

    /// <summary>Bytes of the inputs of one step.</summary>
    public int SampleBytes { get; }

    public IReadOnlyList<StreamSlot> Slots => _slots;

    /// <summary>Blocks that were left out: of a new stream where the shard is full, or with values that are not the program's.</summary>
    public long RefusedBlocks { get; private set; }

    /// <summary>Bytes of the inputs of one step of a program.</summary>
    public static int SampleBytesOf(Model model) =>
        model.Inputs.Sum(input => input.Length * (input.Type == ElementType.F32 ? sizeof(float) : sizeof(long)));

    public StreamSlot? Find(string stream) => _byName.TryGetValue(stream, out var slot) ? _slots[slot] : null;

    /// <summary>Steps the samples of a message; streams that have samples step together.</summary>
    /// <exception cref="EdgeSeqException">ES0301 where the message is malformed; nothing of it was taken.</exception>
    public void Take(ReadOnlyMemory<byte> message)
    {
        SampleBatch.Verify(message.Span);
        Forget();
        _bytes = message;
        var reader = SampleBatch.Read(message.Span);
        while (reader.Next(out var block))
            Queue(block, message);
        while (_active.Count > 0)
            StepRound();
    }

    /// <summary>Writes the outputs since the last call as a message, and hands over the events.</summary>
    public int Flush(IBufferWriter<byte> writer, ICollection<StreamEvent> events)
    {
        var blocks = 0;
        OutputBatch.Begin(writer);
        foreach (var slot in _slots)
        {
            for (var output = 0; output < slot.Records.Length; output++)
            {
                if (slot.RecordCounts[output] == 0)
                    continue;
                OutputBatch.Add(writer, slot.Utf8, output, slot.RecordCounts[output], slot.Records[output].WrittenSpan);
                slot.Records[output].ResetWrittenCount();
                slot.RecordCounts[output] = 0;
                blocks++;
            }
        }

        foreach (var each in _events)
            events.Add(each);
        _events.Clear();
        return blocks;
    }

    public void Dispose()
    {
        _receiver.Dispose();
        _group.Dispose();
    }

    private (SessionGroup Group, bool[] Chosen, Run[] Current) GroupOf(int capacity)
    {
        var group = _model.CreateSessionGroup(capacity);
        for (var i = 0; i < capacity; i++)
            group[i].NonFinite = _settings.OnFault == FaultPolicy.Hold ? NonFiniteInput.Hold : NonFiniteInput.Refuse;
        return (group, new bool[capacity], new Run[capacity]);
    }

    /// <summary>Of the message before, where it ended in an error, samples may still wait.</summary>
    private void Forget()
    {
        foreach (var slot in _active)
            _slots[slot].FirstRun = -1;
        _active.Clear();
        _runs.Clear();
    }

    private void Queue(in SampleBlock block, ReadOnlyMemory<byte> message)
    {
        if (block.Values.Length != block.Count * SampleBytes || SlotOf(block.Stream) is not { } slot)
        {
            RefusedBlocks++;
            return;
        }

        var state = _slots[slot];
        var offset = block.Values.IsEmpty ? 0 : Offset(message.Span, block.Values);
        _runs.Add(new Run(offset, block.Count, block.Sequence, block.Time, block.Interval, block.Resets, Next: -1));
        var run = _runs.Count - 1;
        if (state.FirstRun < 0)
        {
            state.FirstRun = run;
            _active.Add(slot);
        }
        else
        {
            _runs[state.LastRun] = _runs[state.LastRun] with { Next = run };
        }

        state.LastRun = run;
    }

    /// <summary>The stream's place, a new one where it is not known yet; null where all are taken.</summary>
    private int? SlotOf(ReadOnlySpan<byte> utf8)
    {
        Span<char> characters = stackalloc char[SampleBatch.MaxName];
        var name = characters[..Encoding.UTF8.GetChars(utf8, characters)];
        if (_lookup.TryGetValue(name, out var known))
            return known;
        return _slots.Count < ShardSettings.MaxStreams ? AddSlot(name.ToString(), utf8.ToArray()) : null;
    }

    private int AddSlot(string name, byte[] utf8)
    {
        if (_slots.Count == _group.Count)
            Grow();
        var decisions = _rule is null ? null : new DecisionEngine(_rule, _context);
        _slots.Add(new StreamSlot(name, utf8, _model.Outputs.Count, decisions));
        _byName.Add(name, _slots.Count - 1);
        return _slots.Count - 1;
    }

    private void Grow()
    {
        var (group, chosen, current) = GroupOf(Math.Min(ShardSettings.MaxStreams, 2 * _group.Count));
        using var state = new MemoryStream();
        for (var i = 0; i < _group.Count; i++)
        {
            state.SetLength(0);
            _group[i].Save(state);
            state.Position = 0;
            group[i].Restore(state);
        }

        _current.CopyTo(current, 0);
        _group.Dispose();
        (_group, _chosen, _current) = (group, chosen, current);
    }

    private static int Offset(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> part) =>
        (int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(whole), ref MemoryMarshal.GetReference(part));

    /// <summary>Samples of one block that wait.</summary>
    private record struct Run(int Offset, int Count, long Sequence, long Time, uint Interval, bool Resets, int Next);
}
