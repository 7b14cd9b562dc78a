using System.Net.WebSockets;
using System.Text.Json;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Examples.AspNet;

/// <summary>One client's stream. A message is a JSON array of samples, one after another; the answer is what the model says after the
/// last of them.</summary>
internal sealed class ClientStream(Model model) : IDisposable
{
    private const int MostBytes = 64 * 1024;

    private readonly Session _session = model.CreateSession();
    private readonly byte[] _message = new byte[MostBytes];
    private readonly float[] _scores = new float[model.Outputs[0].Length];

    public async Task RunAsync(WebSocket socket, CancellationToken cancellation)
    {
        while (await ReceiveAsync(socket, cancellation) is { } message)
        {
            if (Answer(message.Span) is not { } answer)
            {
                await socket.CloseAsync(WebSocketCloseStatus.InvalidPayloadData, $"send an array of numbers, {model.Inputs[0].Length} "
                    + "a step", cancellation);
                return;
            }

            var bytes = JsonSerializer.SerializeToUtf8Bytes(answer, JsonSerializerOptions.Web);
            await socket.SendAsync(bytes, WebSocketMessageType.Text, true, cancellation);
        }
    }

    public void Dispose() => _session.Dispose();

    /// <summary>Null for what is no message of whole samples.</summary>
    private Answer? Answer(ReadOnlySpan<byte> message)
    {
        var width = model.Inputs[0].Length;
        if (Samples(message) is not { } samples || samples.Length % width != 0)
            return null;
        var refused = 0;
        for (var at = 0; at < samples.Length; at += width)
        {
            // Goes on where this client's last message ended. A sample that is no number never enters the state.
            _session.Step(samples.AsSpan(at, width), _scores);
            refused += _session.LastStepRefused ? 1 : 0;
        }

        var top = Array.IndexOf(_scores, _scores.Max());
        return new Answer(_session.StepCount, model.Outputs[0].Labels![top], _scores[top], refused);
    }

    private static float[]? Samples(ReadOnlySpan<byte> message)
    {
        try
        {
            return JsonSerializer.Deserialize<float[]>(message);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null where the client is gone, or sends more than a message may hold.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReceiveAsync(WebSocket socket, CancellationToken cancellation)
    {
        for (var length = 0; length < _message.Length;)
        {
            var part = await socket.ReceiveAsync(_message.AsMemory(length), cancellation);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
                return _message.AsMemory(0, length);
        }

        await socket.CloseAsync(WebSocketCloseStatus.MessageTooBig, $"at most {MostBytes} bytes a message", cancellation);
        return null;
    }
}
