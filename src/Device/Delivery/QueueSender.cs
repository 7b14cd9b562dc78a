using EdgeSeq.Device.Network;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Delivery;

/// <summary>A thread that takes messages from the disk to the other side, and comes back as often as that goes away.</summary>
internal sealed class QueueSender
{
    private const int MostAtOnce = 32;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly DiskQueue _queue;
    private readonly DeliveryReport _report;
    private readonly WarningLog _log;
    private readonly Func<IMessageSender> _open;
    private readonly Backoff _backoff = new(FirstWait, LongestWait);
    private readonly Signal _news = new(stays: false);
    private readonly Signal _ending = new(stays: true);
    private readonly Thread _thread;

    /// <param name="open">Makes the sender, which the thread disposes.</param>
    public QueueSender(DiskQueue queue, DeliveryReport report, WarningLog log, Func<IMessageSender> open)
    {
        _queue = queue;
        _report = report;
        _log = log;
        _open = open;
        _thread = new Thread(Work) { IsBackground = true, Name = "sender" };
    }

    public void Start() => _thread.Start();

    /// <summary>There is something new in the queue.</summary>
    public void Wake() => _news.Set();

    /// <returns>False where the thread did not end in time.</returns>
    public bool End(TimeSpan patience)
    {
        _ending.Set();
        _news.Set();
        return _thread.Join(patience);
    }

    private void Work()
    {
        using var sender = _open();
        while (!_ending.Wait(TimeSpan.Zero))
        {
            try
            {
                SendOldest(sender);
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
    }

    private void SendOldest(IMessageSender sender)
    {
        sender.Connect();
        var messages = _queue.Oldest(MostAtOnce);
        if (messages.Count == 0)
        {
            _news.Wait(Timeout.InfiniteTimeSpan);
            return;
        }

        var result = sender.Send(messages);
        if (result.Refusal is { } refusal)
            _log.Warn($"{refusal}; the message is dropped");
        _queue.Remove(result.Count, result.Refusal is null);
    }
}
