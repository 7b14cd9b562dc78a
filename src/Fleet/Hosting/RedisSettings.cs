using StackExchange.Redis;

namespace EdgeSeq.Fleet.Hosting;

/// <summary>How Redis is reached: a start without it waits, and what was lost fails soon, so that it is tried again.</summary>
internal static class RedisSettings
{
    private const int TimeoutMilliseconds = 2000;

    public static ConfigurationOptions Of(string text)
    {
        var options = ConfigurationOptions.Parse(text);
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.AsyncTimeout = options.SyncTimeout = TimeoutMilliseconds;
        options.ReconnectRetryPolicy = new LinearRetry(TimeoutMilliseconds / 4);
        return options;
    }
}
