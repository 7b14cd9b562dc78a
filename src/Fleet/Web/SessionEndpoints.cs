using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeSeq.Fleet.Web;

/// <summary>The page's way to say its key once: a cookie that no script can read and no other site can send.</summary>
internal static class SessionEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/session", (Login login, ApiKeys keys, HttpContext context) =>
        {
            if (keys.TenantOf(login.Key) is not { } tenant)
                return Results.Unauthorized();
            context.Response.Cookies.Append(KeyFilter.Cookie, login.Key, new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = context.Request.IsHttps,
            });
            return Results.Json(new { tenant });
        });
    }

    private sealed record Login(string Key);
}
