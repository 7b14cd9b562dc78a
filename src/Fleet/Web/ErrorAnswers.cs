using EdgeSeq.Runtime.Errors;
using Microsoft.AspNetCore.Http;

namespace EdgeSeq.Fleet.Web;

/// <summary>Answers with the error's code, sentence and hint.</summary>
internal sealed class ErrorAnswers(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (EdgeSeqException e) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusOf(e);
            await context.Response.WriteAsJsonAsync(new ErrorBody(e.Code.ToString(), e.Message, e.Hint));
        }
    }

    private static int StatusOf(EdgeSeqException error) => error.Code == ErrorCodes.FileMissing ? StatusCodes.Status404NotFound
        : error.Code == ErrorCodes.OptionInvalid ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest;
}
