using System.Diagnostics.Metrics;
using EdgeSeq.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers models with a host.</summary>
public static class EdgeSeqServices
{
    /// <summary>Makes the program a <see cref="HostedModel"/> that services can ask for: loaded when the host starts, and again whenever
    /// its file changes.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="program">The program file.</param>
    /// <param name="configure">More options.</param>
    public static IServiceCollection AddEdgeSeq(
        this IServiceCollection services, string program, Action<EdgeSeqOptions>? configure = null)
    {
        Configure(services, Options.Options.DefaultName, program, configure);
        services.AddSingleton(provider => Create(provider, Options.Options.DefaultName));
        services.AddSingleton<IHostedService>(provider => Follow(provider, provider.GetRequiredService<HostedModel>()));
        return services;
    }

    /// <summary>The same for one of several models: services ask for it with <c>[FromKeyedServices("key")] HostedModel</c>.</summary>
    /// <inheritdoc cref="AddEdgeSeq"/>
    public static IServiceCollection AddKeyedEdgeSeq(
        this IServiceCollection services, string key, string program, Action<EdgeSeqOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        Configure(services, key, program, configure);
        services.AddKeyedSingleton(key, (provider, _) => Create(provider, key));
        services.AddSingleton<IHostedService>(provider => Follow(provider, provider.GetRequiredKeyedService<HostedModel>(key)));
        return services;
    }

    private static void Configure(IServiceCollection services, string name, string program, Action<EdgeSeqOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(program);
        services.AddOptions<EdgeSeqOptions>(name).Configure(options =>
        {
            options.Program = program;
            configure?.Invoke(options);
        }).Validate(options => options.ReloadInterval is null || options.ReloadInterval > TimeSpan.Zero,
            "EdgeSeq: ReloadInterval must be above zero, or null to never look at the file again");
    }

    private static HostedModel Create(IServiceProvider provider, string name) => new(
        provider.GetRequiredService<IOptionsMonitor<EdgeSeqOptions>>().Get(name),
        provider.GetService<ILogger<HostedModel>>(),
        provider.GetService<IMeterFactory>());

    private static ModelFollower Follow(IServiceProvider provider, HostedModel model) =>
        new(model, provider.GetService<TimeProvider>() ?? TimeProvider.System);
}
