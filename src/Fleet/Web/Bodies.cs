using EdgeSeq.Runtime.Errors;
using Microsoft.AspNetCore.Http;

namespace EdgeSeq.Fleet.Web;

/// <summary>Bodies of requests, up to a length.</summary>
internal static class Bodies
{
    /// <exception cref="EdgeSeqException">ES0704 where it is longer.</exception>
    public static async Task<byte[]> Read(HttpRequest request, long most)
    {
        if (request.ContentLength > most)
            throw TooLong(most);
        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > most)
                throw TooLong(most);
        }

        return bytes.ToArray();
    }

    private static EdgeSeqException TooLong(long most) =>
        new(ErrorCodes.OptionInvalid, $"the body has more than {most} bytes", "send several requests");
}
