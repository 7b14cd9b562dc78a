using EdgeSeq.Fleet.Storage;
using EdgeSeq.Runtime.Errors;
using Microsoft.AspNetCore.Http;

namespace EdgeSeq.Fleet.Web;

/// <summary>Answers with the error's code, sentence and hint.</summary>
internal sealed class ErrorAnswers(RequestDelegate next)
{
    private const string RetrySeconds = "1";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (EdgeSeqException e) when (!context.Response.HasStarted)
        {
            await Answer(context, e);
        }
        catch (Exception e) when (!context.Response.HasStarted && ServerErrors.Of(e) is not null)
        {
            context.Response.Headers.RetryAfter = RetrySeconds;
            await Answer(context, ServerErrors.Of(e)!);
        }
    }

    private static Task Answer(HttpContext context, EdgeSeqException error)
    {
        context.Response.StatusCode = StatusOf(error);
        return context.Response.WriteAsJsonAsync(ErrorBody.Of(error));
    }

    private static int StatusOf(EdgeSeqException error) => error.Code == ErrorCodes.FileMissing ? StatusCodes.Status404NotFound
        : error.Code == ErrorCodes.OptionInvalid ? StatusCodes.Status409Conflict
        : error.Code == ErrorCodes.ServerAway ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status400BadRequest;
}
