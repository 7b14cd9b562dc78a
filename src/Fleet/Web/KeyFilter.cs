using EdgeSeq.Runtime.Errors;
using Microsoft.AspNetCore.Http;

namespace EdgeSeq.Fleet.Web;

/// <summary>Lets a request through whose key is a tenant's: <c>Authorization: Bearer KEY</c>, or the page's cookie.</summary>
internal sealed class KeyFilter(ApiKeys keys) : IEndpointFilter
{
    public const string Cookie = "edgeseq-key";
    private const string Bearer = "Bearer ";
    private const string Item = "edgeseq-tenant";

    /// <summary>The tenant of a request that was let through.</summary>
    public static string TenantOf(HttpContext context) => (string)context.Items[Item]!;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var header = http.Request.Headers.Authorization.ToString();
        var key = header.StartsWith(Bearer, StringComparison.Ordinal) ? header[Bearer.Length..] : http.Request.Cookies[Cookie];
        if (keys.TenantOf(key) is not { } tenant)
        {
            var error = new ErrorBody(ErrorCodes.UsageInvalid.ToString(), "the key is nobody's", "send Authorization: Bearer KEY");
            return Results.Json(error, statusCode: StatusCodes.Status401Unauthorized);
        }

        http.Items[Item] = tenant;
        return await next(context);
    }
}
