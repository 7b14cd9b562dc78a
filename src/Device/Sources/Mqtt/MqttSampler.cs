using System.Buffers;
using System.Runtime.InteropServices;
using EdgeSeq.Device.Delivery;
using EdgeSeq.Device.Mqtt;
using EdgeSeq.Device.Network;
using EdgeSeq.Device.Sources.Sampling;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using MQTTnet;

namespace EdgeSeq.Device.Sources.Mqtt;

/// <summary>Samples that others publish: <c>mqtt://HOST:PORT/TOPIC</c>. A thread keeps the subscription alive; what comes waits in a queue
/// of fixed size.</summary>
internal sealed class MqttSampler : ISampler
{
    private const int UsualQueue = 4096;
    private const int LargestQueue = 1 << 24;
    private const int PollMilliseconds = 100;

    private static readonly string[] Options = ["format", "queue", "rate", "silence", "session"];
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly MqttAddress _address;
    private readonly SourceContext _context;
    private readonly MqttMessageParser _parser;
    private readonly SampleQueue _queue;
    private readonly List<float> _parsed = [];
    private readonly FaultLog _faults;
    private readonly WarningLog _log;
    private readonly Signal _ending = new(stays: true);
    private readonly long? _silence;
    private readonly Thread _thread;
    private long _lastSample;

    private MqttSampler(MqttAddress address, int channels, SourceContext context)
    {
        var options = address.Options;
        var isBinary = options.Word("format", "json", "json", "f32") == "f32";
        var silence = options.Number("silence", 0, 0, 1e6);
        var rate = options.Number("rate", context.PaceHz ?? context.RateHz ?? 0, 0, 1e6);
        if (options.Word("session", "new", "new", "keep") == "keep" && options.Text("client") is null)
            throw options.Invalid("session=keep needs a name by which the broker knows us", "client=NAME");
        _address = address;
        _context = context;
        _parser = new MqttMessageParser(channels, isBinary);
        _queue = new SampleQueue(channels, (int)options.Number("queue", UsualQueue, 1, LargestQueue));
        _faults = new FaultLog(address.Name, context.Warn);
        _log = new WarningLog(address.Name, context.Warn);
        _silence = silence > 0 ? (long)(silence * MonotonicClock.NanosecondsPerSecond) : null;
        Channels = channels;
        RateHz = rate > 0 ? rate : null;
        Report = new SamplingReport { RateHz = rate };
        _thread = new Thread(Work) { IsBackground = true, Name = "mqtt" };
    }

    public int Channels { get; }

    public double? RateHz { get; }

    public SamplingReport Report { get; }

    /// <summary>A source whose messages hold whole steps, or single samples where --hop says how many make a step.</summary>
    /// <exception cref="EdgeSeqException">ES0303 for a program with other inputs, ES0704 for options, ES0601 and ES0602 for
    /// files.</exception>
    public static ISource Open(string name, SourceContext context)
    {
        if (context.Inputs is not [{ Type: ElementType.F32 } input])
            throw new EdgeSeqException(ErrorCodes.RecordingShape, $"{name} gives numbers for one input of floats, the program has others");
        var address = MqttAddress.Parse(name, Options, isPattern: true, context.Warn);
        var isFrame = (context.Hop ?? input.Hop) is not null;
        var sampler = new MqttSampler(address, isFrame ? 1 : input.Length, context);
        ISource source = isFrame
            ? new FramedSource(name, new SamplerReader(sampler, isLive: true), context) : new SampledSource(name, sampler, isLive: true);
        sampler._thread.Start();
        return source;
    }

    public bool TryNext(Span<float> sample, out SampleMark mark)
    {
        if (_lastSample == 0)
            _lastSample = MonotonicClock.Now;
        while (!_queue.TryTake(sample, out mark, PollMilliseconds))
        {
            if (_context.Stop.IsSet)
                return false;
            if (MonotonicClock.Now - _lastSample < _silence.GetValueOrDefault(long.MaxValue))
                continue;
            sample.Fill(float.NaN);
            mark = new SampleMark(SampleStatus.TimedOut, MonotonicClock.Now);
            break;
        }

        _lastSample = MonotonicClock.Now;
        Report.Add(mark);
        _faults.Add(mark);
        return true;
    }

    public void Dispose()
    {
        _ending.Set();
        if (_thread.IsAlive)
            _thread.Join(Patience);
    }

    private void Work()
    {
        var keeps = _address.Options.Text("session") == "keep";
        var client = _address.Options.Text("client") ?? $"edgeseq-{Random.Shared.NextInt64():x}";
        using var link = new MqttLink(_address, client, keeps) { Received = Receive };
        var backoff = new Backoff(FirstWait, LongestWait);
        while (!_ending.Wait(TimeSpan.FromMilliseconds(PollMilliseconds)))
        {
            try
            {
                if (link.IsConnected)
                    continue;
                link.Connect();
                link.Subscribe();
                backoff.Succeeded();
            }
            catch (NetworkException e)
            {
                _log.Warn(e.Message);
                link.Disconnect();
                _ending.Wait(backoff.Next());
            }
        }

        link.Disconnect();
    }

    /// <summary>One message after another, on a thread of MQTTnet's.</summary>
    private void Receive(MqttApplicationMessage message)
    {
        var now = MonotonicClock.Now;
        _parsed.Clear();
        var content = message.Payload;
        var isGood = content.IsSingleSegment ? _parser.TryParse(content.FirstSpan, _parsed) : _parser.TryParse(content.ToArray(), _parsed);
        if (!isGood)
        {
            _queue.Add([], new SampleMark(SampleStatus.Corrupt, now));
            return;
        }

        var values = CollectionsMarshal.AsSpan(_parsed);
        for (var at = 0; at < values.Length; at += Channels)
            _queue.Add(values.Slice(at, Channels), new SampleMark(SampleStatus.Ok, now));
    }
}
