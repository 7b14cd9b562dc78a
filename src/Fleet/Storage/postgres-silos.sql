-- The list of silos in PostgreSQL (Fleet:PostgresMembership), and the statements by which Orleans' ADO.NET clustering reads and changes it.
-- Run at each start of a silo, after postgres.sql; what is there stays.

-- A change of the list names the version that it was made from, and is refused where another was faster.
CREATE TABLE IF NOT EXISTS edgeseq_cluster
(
    cluster text        PRIMARY KEY,
    version integer     NOT NULL DEFAULT 0,
    changed timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS edgeseq_silo
(
    cluster    text        NOT NULL REFERENCES edgeseq_cluster ON DELETE CASCADE,
    address    text        NOT NULL,
    port       integer     NOT NULL,
    generation integer     NOT NULL,
    name       text        NOT NULL,
    host       text        NOT NULL,
    status     integer     NOT NULL,
    proxy      integer,
    suspects   text,
    started    timestamptz NOT NULL,
    alive      timestamptz NOT NULL,
    PRIMARY KEY (cluster, address, port, generation)
);

INSERT INTO OrleansQuery VALUES ('MembershipReadAllKey', $$
    SELECT cluster AS DeploymentId, address AS Address, port AS Port, generation AS Generation, name AS SiloName, host AS HostName,
        status AS Status, proxy AS ProxyPort, suspects AS SuspectTimes, started AS StartTime, alive AS IAmAliveTime, version AS Version
    FROM edgeseq_cluster LEFT JOIN edgeseq_silo USING (cluster)
    WHERE cluster = @DeploymentId
$$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

-- The version comes without a silo too.
INSERT INTO OrleansQuery VALUES ('MembershipReadRowKey', $$
    SELECT cluster AS DeploymentId, address AS Address, port AS Port, generation AS Generation, name AS SiloName, host AS HostName,
        status AS Status, proxy AS ProxyPort, suspects AS SuspectTimes, started AS StartTime, alive AS IAmAliveTime, version AS Version
    FROM edgeseq_cluster
        LEFT JOIN (SELECT * FROM edgeseq_silo WHERE address = @Address AND port = @Port AND generation = @Generation) AS silo
        USING (cluster)
    WHERE cluster = @DeploymentId
$$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery VALUES ('InsertMembershipVersionKey', $$
    WITH made AS (INSERT INTO edgeseq_cluster (cluster) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*) FROM made
$$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery VALUES ('InsertMembershipKey', $$
    WITH next AS
    (
        UPDATE edgeseq_cluster
        SET version = version + 1, changed = now()
        WHERE cluster = @DeploymentId AND version = @Version AND NOT EXISTS (SELECT FROM edgeseq_silo
            WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING cluster
    ),
    made AS
    (
        INSERT INTO edgeseq_silo (cluster, address, port, generation, name, host, status, proxy, started, alive)
        SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM next
        RETURNING 1
    )
    SELECT count(*) FROM made
$$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery VALUES ('UpdateMembershipKey', $$
    WITH next AS
    (
        UPDATE edgeseq_cluster
        SET version = version + 1, changed = now()
        WHERE cluster = @DeploymentId AND version = @Version AND EXISTS (SELECT FROM edgeseq_silo
            WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING cluster
    ),
    made AS
    (
        UPDATE edgeseq_silo AS silo
        SET status = @Status, suspects = @SuspectTimes, alive = @IAmAliveTime
        FROM next
        WHERE silo.cluster = next.cluster AND address = @Address AND port = @Port AND generation = @Generation
        RETURNING 1
    )
    SELECT count(*) FROM made
$$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery VALUES ('UpdateIAmAlivetimeKey', $$
    UPDATE edgeseq_silo SET alive = @IAmAliveTime
    WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery VALUES ('GatewaysQueryKey', $$
    SELECT address AS Address, proxy AS ProxyPort, generation AS Generation FROM edgeseq_silo
    WHERE cluster = @DeploymentId AND status = @Status AND proxy > 0
$$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

-- 3 is a silo that is active.
INSERT INTO OrleansQuery VALUES ('CleanupDefunctSiloEntriesKey', $$
    DELETE FROM edgeseq_silo WHERE cluster = @DeploymentId AND alive < @IAmAliveTime AND status <> 3
$$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery VALUES ('DeleteMembershipTableEntriesKey', $$
    DELETE FROM edgeseq_cluster WHERE cluster = @DeploymentId
$$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
