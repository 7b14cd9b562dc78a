using EdgeSeq.Device.Delivery;
using EdgeSeq.Device.Mqtt;
using EdgeSeq.Device.Network;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sinks.Mqtt;

/// <summary>A thread that takes messages from the disk to the broker, and comes back to it as often as it goes away.</summary>
internal sealed class MqttSender
{
    private const int MostUnderWay = 32;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly DiskQueue _queue;
    private readonly DeliveryReport _report;
    private readonly WarningLog _log;
    private readonly Func<MqttLink> _newLink;
    private readonly Backoff _backoff = new(FirstWait, LongestWait);
    private readonly Signal _news = new(stays: false);
    private readonly Signal _ending = new(stays: true);
    private readonly Thread _thread;

    public MqttSender(MqttAddress address, DiskQueue queue, DeliveryReport report, WarningLog log, string clientId)
    {
        _queue = queue;
        _report = report;
        _log = log;
        _newLink = () => new MqttLink(address, clientId, keepsSession: false);
        _thread = new Thread(Work) { IsBackground = true, Name = "mqtt" };
    }

    public void Start() => _thread.Start();

    /// <summary>There is something new in the queue.</summary>
    public void Wake() => _news.Set();

    /// <summary>Says goodbye to the broker.</summary>
    /// <returns>False where the thread did not end in time.</returns>
    public bool End(TimeSpan patience)
    {
        _ending.Set();
        _news.Set();
        return _thread.Join(patience);
    }

    private void Work()
    {
        using var link = _newLink();
        while (!_ending.Wait(TimeSpan.Zero))
        {
            try
            {
                Send(link);
                _backoff.Succeeded();
            }
            catch (NetworkException e)
            {
                _log.Warn($"{e.Message}; messages wait on the disk");
                _report.Retry();
                _ending.Wait(_backoff.Next());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _log.Warn($"the queue cannot be read: {IoReason.Of(e)}");
                _ending.Wait(_backoff.Next());
            }
        }

        link.Disconnect();
    }

    private void Send(MqttLink link)
    {
        if (!link.IsConnected)
            link.Connect();
        var messages = _queue.Oldest(MostUnderWay);
        if (messages.Count > 0)
            _queue.Delivered(link.Publish(messages));
        else
            _news.Wait(Timeout.InfiniteTimeSpan);
    }
}
