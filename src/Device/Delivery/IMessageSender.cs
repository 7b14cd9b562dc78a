using EdgeSeq.Device.Network;

namespace EdgeSeq.Device.Delivery;

/// <summary>Takes messages to another machine, for one thread that may wait.</summary>
internal interface IMessageSender : IDisposable
{
    /// <summary>Makes sure that there is a way to the other side.</summary>
    /// <exception cref="NetworkException">There is none now.</exception>
    void Connect();

    /// <summary>Hands over messages.</summary>
    /// <param name="messages">At least one.</param>
    /// <returns>What became of the first of them; the rest is to be sent again.</returns>
    /// <exception cref="NetworkException">Not one was taken; all are to be sent again.</exception>
    SendResult Send(IReadOnlyList<QueuedMessage> messages);
}
