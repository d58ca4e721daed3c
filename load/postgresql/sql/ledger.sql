-- The ledger of crossgrade: what each run did, kept beside the rows that it moved. docs/ledger.md tells every column.
-- :"ledger" is the schema; the version below is the one that load/postgresql/ledger.c expects.

CREATE TABLE :"ledger".ledger_version (
    product text NOT NULL CHECK (product = 'crossgrade'),
    version integer NOT NULL PRIMARY KEY CHECK (version > 0),
    made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE :"ledger".ledger_version IS 'Marks this schema as a ledger of crossgrade; the highest version counts.';

CREATE TABLE :"ledger".run (
    run_id text PRIMARY KEY CHECK (run_id <> ''),
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'finished', 'failed', 'stopped')),
    source text NOT NULL,
    target text NOT NULL,
    source_identity text NOT NULL,
    configuration text NOT NULL,
    tool_version text NOT NULL,
    position text NOT NULL,
    started timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished timestamptz,
    CHECK ((state = 'running') = (finished IS NULL))
);
COMMENT ON TABLE :"ledger".run IS 'One row for each run of crossgrade into this database.';
COMMENT ON COLUMN :"ledger".run.source IS 'URI of the source, without secrets.';
COMMENT ON COLUMN :"ledger".run.source_identity IS 'The source server''s UUID, or empty.';
COMMENT ON COLUMN :"ledger".run.position IS 'Where the snapshot stands in the source''s history.';

CREATE TABLE :"ledger".run_table (
    table_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id text NOT NULL REFERENCES :"ledger".run ON DELETE CASCADE,
    source_table text NOT NULL,
    target_table text NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'rows', 'keys', 'done', 'failed')),
    message text,
    changed timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (run_id, source_table)
);
CREATE UNIQUE INDEX ON :"ledger".run_table (run_id, target_table) WHERE target_table <> '';
COMMENT ON TABLE :"ledger".run_table IS 'One row for each table that a run moves.';
COMMENT ON COLUMN :"ledger".run_table.target_table IS 'Empty when it has no place on the target: no type fits, say.';
COMMENT ON COLUMN :"ledger".run_table.message IS 'Why it failed; NULL otherwise.';

CREATE TABLE :"ledger".chunk (
    chunk_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_id bigint NOT NULL REFERENCES :"ledger".run_table ON DELETE CASCADE,
    number integer NOT NULL CHECK (number >= 0),
    predicate bytea NOT NULL,
    state text NOT NULL DEFAULT 'leased' CHECK (state IN ('leased', 'done')),
    epoch integer NOT NULL DEFAULT 1 CHECK (epoch > 0),
    backend_pid integer NOT NULL,
    backend_start timestamptz NOT NULL,
    leased timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished timestamptz,
    row_count bigint CHECK (row_count >= 0),
    byte_count numeric(20) CHECK (byte_count >= 0),
    digest numeric(39) CHECK (digest >= 0 AND digest < 340282366920938463463374607431768211456),
    UNIQUE (table_id, number),
    CHECK ((state = 'done') = (num_nulls(finished, row_count, byte_count, digest) = 0)),
    CHECK ((state = 'leased') = (num_nonnulls(finished, row_count, byte_count, digest) = 0))
);
COMMENT ON TABLE :"ledger".chunk IS
    'One row for each range of a table. It becomes done in the transaction that holds the range''s rows.';
COMMENT ON COLUMN :"ledger".chunk.predicate IS 'The range, as SQL of the source, byte for byte.';
COMMENT ON COLUMN :"ledger".chunk.epoch IS 'Raised whenever the chunk is taken over: who holds an older epoch has lost it.';
COMMENT ON COLUMN :"ledger".chunk.backend_pid IS 'The server process of the session that holds the lease.';
COMMENT ON COLUMN :"ledger".chunk.digest IS
    'Sum modulo 2^128 of XXH3-128 over the rows'' canonical images: sums of digests are digests of unions.';

CREATE TABLE :"ledger".conversion (
    chunk_id bigint NOT NULL REFERENCES :"ledger".chunk ON DELETE CASCADE,
    conversion text NOT NULL,
    column_name text NOT NULL,
    value_count numeric(20) NOT NULL CHECK (value_count > 0),
    samples text[] NOT NULL,
    PRIMARY KEY (chunk_id, conversion, column_name)
);
COMMENT ON TABLE :"ledger".conversion IS
    'How many values of a column a chunk changed by a named conversion, committed with the chunk.';
COMMENT ON COLUMN :"ledger".conversion.samples IS 'Keys of some of the rows.';

CREATE TABLE :"ledger".event (
    event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id text REFERENCES :"ledger".run ON DELETE CASCADE,
    happened timestamptz NOT NULL DEFAULT clock_timestamp(),
    os_user text NOT NULL,
    host text NOT NULL,
    pid bigint NOT NULL,
    kind text NOT NULL,
    object text,
    message text NOT NULL
);
CREATE INDEX event_run_id ON :"ledger".event (run_id, event_id);
COMMENT ON TABLE :"ledger".event IS 'What happened when, and who on which machine did it.';

CREATE TABLE :"ledger".verdict (
    verdict_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id text NOT NULL REFERENCES :"ledger".run ON DELETE CASCADE,
    given timestamptz NOT NULL DEFAULT clock_timestamp(),
    verdict text NOT NULL CHECK (verdict IN ('SAFE', 'SAFE_WITH_CONVERSIONS', 'NOT_SAFE', 'INCONCLUSIVE')),
    report json NOT NULL
);
CREATE INDEX verdict_run_id ON :"ledger".verdict (run_id, verdict_id);
COMMENT ON TABLE :"ledger".verdict IS 'Verdicts with their reports; the last one of a run counts.';

INSERT INTO :"ledger".ledger_version (product, version) VALUES ('crossgrade', 1);
