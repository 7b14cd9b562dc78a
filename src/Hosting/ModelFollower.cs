using Microsoft.Extensions.Hosting;

namespace EdgeSeq.Hosting;

/// <summary>Loads a model when the host starts, so that a bad file ends the start, and looks at its file from time to time.</summary>
internal sealed class ModelFollower(HostedModel model, TimeProvider time) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _ = model.Current;
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (model.ReloadInterval is not { } interval)
            return;
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            model.Reload();
    }
}
