-- What EdgeSeq keeps in PostgreSQL: states of grains, and the statements by which Orleans' ADO.NET storage reads and writes them. Run at
-- each start of a silo; what is there stays.

-- Silos that start together take turns.
SELECT pg_advisory_xact_lock(1163019591);

CREATE TABLE IF NOT EXISTS edgeseq_state
(
    service   text        NOT NULL,
    kind      text        NOT NULL,
    n0        bigint      NOT NULL,
    n1        bigint      NOT NULL,
    name      text        NOT NULL,
    version   integer     NOT NULL,
    bytes     bytea,
    changed   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (service, kind, n0, n1, name)
);

-- Snapshots are numbers and hardly get smaller: no time is spent on trying.
ALTER TABLE edgeseq_state ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Orleans asks this table for its statements by their keys, and reads the columns by their names.
CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey  text PRIMARY KEY,
    QueryText text NOT NULL
);

INSERT INTO OrleansQuery VALUES ('ReadFromStorageKey', $$
    SELECT bytes AS PayloadBinary, version AS Version
    FROM edgeseq_state
    WHERE service = @ServiceId AND kind = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
        AND name = coalesce(@GrainIdExtensionString::text, '')
$$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

-- The first version is inserted, a later one replaces the version that the writer knows. Neither done is NULL: someone else has written.
INSERT INTO OrleansQuery VALUES ('WriteToStorageKey', $$
    WITH first AS
    (
        INSERT INTO edgeseq_state (service, kind, n0, n1, name, version, bytes)
        SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString::text, ''), 1, @PayloadBinary
        WHERE @GrainStateVersion::integer IS NULL
        ON CONFLICT DO NOTHING
        RETURNING version
    ),
    next AS
    (
        UPDATE edgeseq_state
        SET bytes = @PayloadBinary, version = version + 1, changed = now()
        WHERE service = @ServiceId AND kind = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
            AND name = coalesce(@GrainIdExtensionString::text, '') AND version = @GrainStateVersion::integer
        RETURNING version
    )
    SELECT coalesce((SELECT version FROM first), (SELECT version FROM next)) AS NewGrainStateVersion
$$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery VALUES ('ClearStorageKey', $$
    UPDATE edgeseq_state
    SET bytes = NULL, version = version + 1, changed = now()
    WHERE service = @ServiceId AND kind = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
        AND name = coalesce(@GrainIdExtensionString::text, '') AND version = @GrainStateVersion::integer
    RETURNING version AS NewGrainStateVersion
$$) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
