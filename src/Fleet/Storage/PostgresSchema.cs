using Npgsql;

namespace EdgeSeq.Fleet.Storage;

/// <summary>Makes the tables in PostgreSQL, where they are not there yet, before Orleans' storage asks for them.</summary>
internal sealed class PostgresSchema(string connection) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(PostgresSchema), ServiceLifecycleStage.RuntimeInitialize, Make);

    private async Task Make(CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var opened = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await opened.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(await Script(cancellation).ConfigureAwait(false), opened, transaction);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task<string> Script(CancellationToken cancellation)
    {
        using var reader = new StreamReader(typeof(PostgresSchema).Assembly.GetManifestResourceStream("postgres.sql")!);
        return await reader.ReadToEndAsync(cancellation).ConfigureAwait(false);
    }
}
