// An endpoint with a session per client: a WebSocket is a stream, and its state lives as long as the connection.
// Usage: aspnet [try]; with try, two clients connect, send four seconds of motion each, and the process ends.
using EdgeSeq.Examples.AspNet;
using EdgeSeq.Runtime.Sessions;

const string Program = "models/activity/activity.eseq";
var isTrial = args is ["try"];
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
if (isTrial)
    builder.WebHost.UseUrls("http://127.0.0.1:0");

// One model for all: it is immutable, and any number of sessions share its weights.
builder.Services.AddSingleton(_ => Model.Load(Program));
var app = builder.Build();
app.UseWebSockets();
app.MapGet("/", (Model model) => new
{
    inputs = model.Inputs.Select(input => new { input.Name, input.Length, input.Channels }),
    outputs = model.Outputs.Select(output => new { output.Name, output.Labels }),
    stateBytes = model.StateBytes,
});
app.Map("/stream", async (HttpContext context, Model model, CancellationToken cancellation) =>
{
    if (!context.WebSockets.IsWebSocketRequest)
        return Results.BadRequest("connect by WebSocket, and send arrays of samples");
    using var socket = await context.WebSockets.AcceptWebSocketAsync();
    using var client = new ClientStream(model);
    await client.RunAsync(socket, cancellation);
    return Results.Empty;
});
await app.StartAsync();
if (isTrial)
{
    await Trial.RunAsync(app.Urls.First());
    await app.StopAsync();
}
else
{
    await app.WaitForShutdownAsync();
}
