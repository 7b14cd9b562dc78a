using Npgsql;

namespace EdgeSeq.Fleet.Storage;

/// <summary>Makes the tables in PostgreSQL, where they are not there yet, before Orleans' storage asks for them.</summary>
/// <param name="withSilos">Makes the list of silos too.</param>
internal sealed class PostgresSchema(string connection, bool withSilos) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(PostgresSchema), ServiceLifecycleStage.RuntimeInitialize, Make);

    private async Task Make(CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var opened = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await opened.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        foreach (var script in withSilos ? (string[])["postgres.sql", "postgres-silos.sql"] : ["postgres.sql"])
        {
            await using var command = new NpgsqlCommand(await Read(script, cancellation).ConfigureAwait(false), opened, transaction);
            await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task<string> Read(string script, CancellationToken cancellation)
    {
        using var reader = new StreamReader(typeof(PostgresSchema).Assembly.GetManifestResourceStream(script)!);
        return await reader.ReadToEndAsync(cancellation).ConfigureAwait(false);
    }
}
