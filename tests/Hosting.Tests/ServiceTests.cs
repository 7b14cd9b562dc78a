using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EdgeSeq.Hosting.Tests;

/// <summary>Models as services of a host.</summary>
public sealed class ServiceTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ProgramFile _file = new(ProgramFile.Table(10, 20));

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task A_host_loads_the_model_and_follows_its_file()
    {
        using var host = Host(
            services => services.AddEdgeSeq(_file.Path, options => options.ReloadInterval = TimeSpan.FromMilliseconds(20)));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var model = host.Services.GetRequiredService<HostedModel>();
        var first = model.Current.Checksum;

        _file.Write(ProgramFile.Table(100, 200).Build());

        Assert.True(SpinWait.SpinUntil(() => model.Current.Checksum != first, Limit));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_bad_file_ends_the_start()
    {
        _file.Write("no program"u8.ToArray());
        using var host = Host(services => services.AddEdgeSeq(_file.Path));
        var error = await Assert.ThrowsAsync<EdgeSeqException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCodes.NotAProgram, error.Code);
    }

    [Fact]
    public async Task Several_models_have_keys()
    {
        using var other = new ProgramFile(ProgramFile.Table(1, 2));
        using var host = Host(services => services.AddKeyedEdgeSeq("big", _file.Path).AddKeyedEdgeSeq("small", other.Path));
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal([20f, 2], new[] { "big", "small" }.Select(key => Row(host.Services.GetRequiredKeyedService<HostedModel>(key))));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Options_reach_the_sessions()
    {
        using var host = Host(services => services.AddEdgeSeq(_file.Path, options => options.NonFinite = NonFiniteInput.Hold));
        using var session = host.Services.GetRequiredService<HostedModel>().CreateSession();
        Assert.Equal(NonFiniteInput.Hold, session.Session.NonFinite);
    }

    [Fact]
    public void An_interval_that_is_none_is_refused()
    {
        using var host = Host(services => services.AddEdgeSeq(_file.Path, options => options.ReloadInterval = TimeSpan.Zero));
        Assert.Throws<OptionsValidationException>(host.Services.GetRequiredService<HostedModel>);
    }

    private static float Row(HostedModel model)
    {
        using var session = model.CreateSession();
        var row = new float[1];
        Assert.True(session.Step(1, row));
        return row[0];
    }

    private static IHost Host(Action<IServiceCollection> configure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        configure(builder.Services);
        return builder.Build();
    }
}
