using System.Globalization;
using System.Text;
using EdgeSeq.Device.Network;

namespace EdgeSeq.Device.Sinks.Http;

/// <summary>A server's answer, as far as it matters here (RFC 9112): its status, and whether the connection may be used again.</summary>
internal sealed record HttpResponse(int Status, bool KeepsConnection)
{
    private const int LargestHead = 16384;
    private const int LargestBody = 1 << 20;
    private const int Informational = 200;
    private const int NoContent = 204;
    private const int StatusAt = 9;

    /// <summary>Reads an answer to its end; one whose end only the connection's end would tell leaves the connection unusable.</summary>
    /// <exception cref="NetworkException">It is no answer, or does not come in time.</exception>
    public static HttpResponse Read(Connection connection, TimeSpan timeout)
    {
        var bytes = new byte[LargestHead];
        var length = 0;
        while (true)
        {
            var end = bytes.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                length += ReadMore(connection, bytes.AsSpan(length), timeout);
                continue;
            }

            var head = Encoding.Latin1.GetString(bytes, 0, end);
            var bodyAt = end + 4;
            if (StatusOf(head) < Informational)
            {
                bytes.AsSpan(bodyAt, length - bodyAt).CopyTo(bytes);
                length -= bodyAt;
                continue;
            }

            return Finish(connection, head, length - bodyAt, timeout);
        }
    }

    private static HttpResponse Finish(Connection connection, string head, int bodyRead, TimeSpan timeout)
    {
        var status = StatusOf(head);
        var bodyLength = status == NoContent ? 0
            : int.TryParse(Header(head, "content-length"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : -1;
        var keeps = bodyLength is >= 0 and <= LargestBody && head.StartsWith("HTTP/1.1", StringComparison.Ordinal)
            && !string.Equals(Header(head, "connection"), "close", StringComparison.OrdinalIgnoreCase);
        var rest = new byte[4096];
        while (keeps && bodyRead < bodyLength)
            bodyRead += ReadMore(connection, rest.AsSpan(0, Math.Min(rest.Length, bodyLength - bodyRead)), timeout);
        return new HttpResponse(status, keeps);
    }

    private static int ReadMore(Connection connection, Span<byte> buffer, TimeSpan timeout)
    {
        var read = buffer.IsEmpty ? 0 : connection.Read(buffer, timeout);
        return read > 0 ? read : throw new NetworkException("the server does not answer as HTTP has it");
    }

    private static int StatusOf(string head) =>
        head.StartsWith("HTTP/1.", StringComparison.Ordinal) && head.Length >= StatusAt + 3
        && int.TryParse(head.AsSpan(StatusAt, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status : throw new NetworkException("the server does not answer as HTTP has it");

    private static string? Header(string head, string name)
    {
        foreach (var line in head.Split("\r\n").Skip(1))
        {
            var colon = line.IndexOf(':');
            if (colon > 0 && line.AsSpan(0, colon).Equals(name, StringComparison.OrdinalIgnoreCase))
                return line[(colon + 1)..].Trim();
        }

        return null;
    }
}
