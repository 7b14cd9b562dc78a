using EdgeSeq.Runtime.Errors;
using Npgsql;
using StackExchange.Redis;

namespace EdgeSeq.Fleet.Storage;

/// <summary>Failures of what a silo stands on: Redis, PostgreSQL, the other silos.</summary>
public static class ServerErrors
{
    /// <returns>The failure as one line; null where it is another.</returns>
    public static EdgeSeqException? Of(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            if (Named(inner) is { } named)
                return new EdgeSeqException(ErrorCodes.ServerAway, $"{named.Server}: {FirstPart(inner.Message)}", named.Hint, error);
        }

        return null;
    }

    private static (string Server, string Hint)? Named(Exception error) => error switch
    {
        RedisException => ("Redis", "start it, or say where it is: Fleet__Redis=HOST:PORT"),
        NpgsqlException => ("PostgreSQL", "start it, or say where it is: Fleet__Postgres='Host=HOST;Username=USER;Password=PASSWORD'"),
        OrleansException or TimeoutException => ("the fleet", "send it again: shards of a silo that died are back within seconds"),
        _ => null,
    };

    /// <summary>Redis' client goes on with the state of its connections.</summary>
    private static string FirstPart(string message) => message.Split(';', '\n')[0];
}
