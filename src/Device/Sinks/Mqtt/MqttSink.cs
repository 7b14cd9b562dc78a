using System.Globalization;
using System.Text;
using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Delivery;
using EdgeSeq.Device.Mqtt;

namespace EdgeSeq.Device.Sinks.Mqtt;

/// <summary>Publishes events and outputs as JSON objects, which begin with the queue's identity and a sequence number. The step loop copies
/// a message into memory; one thread brings it to the disk, another to the broker. A message is published once it is on the disk, and
/// leaves it when the broker has confirmed it: so it may come twice, but is not lost.</summary>
internal sealed class MqttSink : ISink
{
    private const int BufferBytes = 1 << 20;
    private const int BytesPerMegabyte = 1_000_000;
    private const double UsualMegabytes = 64;

    /// <summary>How long after the last confirmed message the end of a run still waits for the next.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly MqttAddress _address;
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
    private readonly MqttSender _sender;
    private long _sequence;
    private bool _isEnded;

    private MqttSink(MqttAddress address, SinkContext context)
    {
        var options = address.Options;
        var isDecided = context.EventNames is not null;
        var send = options.Word("send", isDecided ? "events" : "outputs", "events", "outputs", "both");
        if (send != "outputs" && !isDecided)
            throw options.Invalid($"send={send}: no rule says what an event is", "give --decide 'on=0.5', or convert with --decide");
        _ = options.Word("retain", "off", "on", "off");
        var limit = options.Number("limit", UsualMegabytes, 1e-3, 1e6) * BytesPerMegabyte;
        _address = address;
        _context = context;
        _sendsOutputs = send != "events";
        _sendsEvents = send != "outputs";
        _folder = options.Text("queue") ?? StateFolder.Of($"mqtt-{address.Host.Authority}-{address.Topic}");
        _report = new DeliveryReport(address.Name);
        _queue = new DiskQueue(_folder, (long)limit, _report);
        _sequence = _queue.Last;
        var identity = _queue.Identity.ToString("x16", CultureInfo.InvariantCulture);
        _text = new MessageText(address.Name, context, Encoding.UTF8.GetBytes($"\"queue\":\"{identity}\","));
        _log = new WarningLog(address.Name, context.Warn);
        _sender = new MqttSender(address, _queue, _report, _log, options.Text("client") ?? $"edgeseq-{identity}");
        _writer = new QueueWriter(_buffer, _queue, _report, _log, _sender.Wake);
        context.Deliveries.Add(_report);
    }

    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0704 for options, ES0603 for the queue's folder; never for a broker that is not
    /// there.</exception>
    public static MqttSink Open(string name, SinkContext context)
    {
        var address = MqttAddress.Parse(name, ["send", "queue", "limit", "retain"], isPattern: false, context.Warn);
        var sink = new MqttSink(address, context);
        sink._writer.Start();
        sink._sender.Start();
        return sink;
    }

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
        for (var last = (Delivered: -1L, Patience: Patience); _report.Waiting > 0 && last.Patience > TimeSpan.Zero;)
        {
            var pause = TimeSpan.FromMilliseconds(20);
            Thread.Sleep(pause);
            var hasMoved = _report.Delivered != last.Delivered && _context.Stop is not { IsSet: true };
            last = (_report.Delivered, hasMoved ? Patience : last.Patience - pause);
        }

        End();
        if (_report.Waiting > 0)
            _context.Warn($"{_address.Name}: {_report.Waiting:N0} messages wait in {_folder} for the next run");
        if (_report.Dropped > 0)
            _context.Warn($"{_address.Name}: {_report.Dropped:N0} messages were dropped, as the queue was full");
    }

    public void Dispose()
    {
        End();
        _text.Dispose();
    }

    private void Add(ReadOnlySpan<byte> message)
    {
        _report.Accept();
        if (_buffer.TryAdd(_sequence, message))
            return;
        _report.Drop(1);
        _log.Warn("the disk is slower than messages come; some are dropped");
    }

    private void End()
    {
        if (_isEnded)
            return;
        _isEnded = true;
        // A thread that does not end is waiting for a disk or a broker that does not answer: the queue stays as it is.
        if (_writer.End() & _sender.End(Patience))
            _queue.Dispose();
    }
}
