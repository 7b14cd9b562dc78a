using System.Net.WebSockets;
using System.Text.Json;

namespace EdgeSeq.Fleet.Web;

/// <summary>Whole messages of a WebSocket.</summary>
internal static class WebSockets
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>The next message; null at the end, or where one is longer than allowed.</summary>
    public static async Task<Message?> Receive(WebSocket socket, int most, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 14];
        while (true)
        {
            WebSocketReceiveResult part;
            try
            {
                part = await socket.ReceiveAsync(buffer, cancellation);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException)
            {
                return null;
            }

            bytes.Write(buffer, 0, part.Count);
            if (part.MessageType == WebSocketMessageType.Close || bytes.Length > most)
            {
                await Close(socket, bytes.Length > most, cancellation);
                return null;
            }

            if (part.EndOfMessage)
                return new Message(part.MessageType, bytes.ToArray());
        }
    }

    public static Task Send(WebSocket socket, object value, CancellationToken cancellation) => socket.SendAsync(
        JsonSerializer.SerializeToUtf8Bytes(value, Options), WebSocketMessageType.Text, endOfMessage: true, cancellation);

    private static Task Close(WebSocket socket, bool isTooLong, CancellationToken cancellation) => socket.CloseOutputAsync(
        isTooLong ? WebSocketCloseStatus.MessageTooBig : WebSocketCloseStatus.NormalClosure, null, cancellation);

    public readonly record struct Message(WebSocketMessageType Type, byte[] Bytes);
}
