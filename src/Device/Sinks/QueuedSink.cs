using System.Globalization;
using System.Text;
using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Delivery;

namespace EdgeSeq.Device.Sinks;

/// <summary>Sends events and outputs to another machine as JSON objects, which begin with the queue's identity and a sequence number. The
/// step loop copies a message into memory; one thread brings it to the disk, another to the other side. A message is sent once it is on the
/// disk, and leaves it when the other side has confirmed it: so it may come twice, but is not lost.</summary>
internal sealed class QueuedSink : ISink
{
    private const int BufferBytes = 1 << 20;
    private const int BytesPerMegabyte = 1_000_000;
    private const double UsualMegabytes = 64;

    /// <summary>How long after the last confirmed message the end of a run still waits for the next.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly string _name;
    private readonly SinkContext _context;
    private readonly string _folder;
    private readonly bool _sendsOutputs;
    private readonly bool _sendsEvents;
    private readonly DeliveryReport _report;
    private readonly DiskQueue _queue;
    private readonly MessageBuffer _buffer = new(BufferBytes);
    private readonly MessageText _text;
    private readonly WarningLog _log;
    private readonly QueueWriter _writer;
    private readonly QueueSender _sender;
    private long _sequence;
    private bool _isEnded;

    /// <param name="name">As the user wrote it.</param>
    /// <param name="target">Names the queue's folder where the user does not.</param>
    /// <param name="open">Makes the sender; the identity is the queue's.</param>
    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0704 for options, ES0603 for the queue's folder.</exception>
    public QueuedSink(string name, EndpointOptions options, string target, SinkContext context, Func<string, IMessageSender> open)
    {
        var isDecided = context.EventNames is not null;
        var send = options.Word("send", isDecided ? "events" : "outputs", "events", "outputs", "both");
        if (send != "outputs" && !isDecided)
            throw options.Invalid($"send={send}: no rule says what an event is", "give --decide 'on=0.5', or convert with --decide");
        var limit = options.Number("limit", UsualMegabytes, 1e-3, 1e6) * BytesPerMegabyte;
        _name = name;
        _context = context;
        _sendsOutputs = send != "events";
        _sendsEvents = send != "outputs";
        _folder = options.Text("queue") ?? StateFolder.Of(target);
        _report = new DeliveryReport(name);
        _queue = new DiskQueue(_folder, (long)limit, _report);
        _sequence = _queue.Last;
        var identity = _queue.Identity.ToString("x16", CultureInfo.InvariantCulture);
        _text = new MessageText(name, context, Encoding.UTF8.GetBytes($"\"queue\":\"{identity}\","));
        _log = new WarningLog(name, context.Warn);
        _sender = new QueueSender(_queue, _report, _log, () => open(identity));
        _writer = new QueueWriter(_buffer, _queue, _report, _log, _sender.Wake);
        context.Deliveries.Add(_report);
        _writer.Start();
        _sender.Start();
    }

    /// <summary>The options of every such sink.</summary>
    public static IReadOnlyList<string> Options { get; } = ["send", "queue", "limit"];

    public void Write(IStepOutputs outputs)
    {
        if (_sendsOutputs)
            Add(_text.Of(outputs, ++_sequence));
    }

    public void Receive(in DecisionEvent decided)
    {
        if (_sendsEvents)
            Add(_text.Of(decided, ++_sequence));
    }

    public void EndRecording()
    {
    }

    public void Flush()
    {
    }

    public void Complete()
    {
        _writer.End();
        WaitWhileDelivered();
        End();
        if (_report.Waiting > 0)
            _context.Warn($"{_name}: {_report.Waiting:N0} messages wait in {_folder} for the next run");
        if (_report.Dropped > 0)
            _context.Warn($"{_name}: {_report.Dropped:N0} messages were dropped");
    }

    public void Dispose()
    {
        End();
        _text.Dispose();
    }

    private void Add(ReadOnlySpan<byte> message)
    {
        _report.Accept();
        while (!_buffer.TryAdd(_sequence, message))
        {
            // Recordings wait for the disk, a device does not.
            if (!_context.IsLive && _context.Stop is not { IsSet: true })
            {
                Thread.Sleep(1);
                continue;
            }

            _report.Drop(1);
            _log.Warn("the disk is slower than messages come; some are dropped");
            return;
        }
    }

    private void WaitWhileDelivered()
    {
        var pause = TimeSpan.FromMilliseconds(20);
        var patience = Patience;
        for (var last = -1L; _report.Waiting > 0 && patience > TimeSpan.Zero; Thread.Sleep(pause))
        {
            var hasMoved = _report.Delivered != last && _context.Stop is not { IsSet: true };
            patience = hasMoved ? Patience : patience - pause;
            last = _report.Delivered;
        }
    }

    private void End()
    {
        if (_isEnded)
            return;
        _isEnded = true;
        // A thread that does not end is waiting for a disk or another machine that does not answer: the queue stays as it is.
        if (_writer.End() & _sender.End(Patience))
            _queue.Dispose();
    }
}
