using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;

namespace EdgeSeq.Fleet.Web;

/// <summary>The page and its parts, from inside the assembly.</summary>
internal static class PageFiles
{
    private const string Prefix = "page/";
    private const string Policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

    public static void Map(IEndpointRouteBuilder app)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var types = new FileExtensionContentTypeProvider();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var path = name[Prefix.Length..];
            types.TryGetContentType(path, out var type);
            app.MapGet(path == "index.html" ? "/" : $"/{path}", (HttpContext context) =>
            {
                context.Response.Headers.ContentSecurityPolicy = Policy;
                context.Response.Headers.XContentTypeOptions = "nosniff";
                return Results.Stream(assembly.GetManifestResourceStream(name)!, type);
            });
        }
    }
}
