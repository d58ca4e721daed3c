-- Version 2 of the ledger: rows that were set aside, and rows without a parent that were taken out of the target. Run
-- behind ledger.sql, or on a ledger of version 1.

CREATE TABLE :"ledger".reject (
    reject_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chunk_id bigint NOT NULL REFERENCES :"ledger".chunk ON DELETE CASCADE,
    row_key text,
    predicate bytea,
    column_name text,
    refused_by text NOT NULL CHECK (refused_by IN ('crossgrade', 'target')),
    sqlstate text CHECK ((sqlstate IS NOT NULL) = (refused_by = 'target')),
    reason text NOT NULL,
    digest numeric(39) NOT NULL CHECK (digest >= 0 AND digest < 340282366920938463463374607431768211456),
    state text NOT NULL DEFAULT 'rejected' CHECK (state IN ('rejected', 'loaded', 'gone')),
    changed timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX reject_chunk_id ON :"ledger".reject (chunk_id, reject_id);
COMMENT ON TABLE :"ledger".reject IS
    'One row for each row of the source that was set aside, committed with its chunk (--on-error reject).';
COMMENT ON COLUMN :"ledger".reject.row_key IS 'The row''s key as text; NULL when its table has none.';
COMMENT ON COLUMN :"ledger".reject.predicate IS
    'SQL of the source that selects the row, byte for byte; NULL when its table has no key.';
COMMENT ON COLUMN :"ledger".reject.digest IS 'XXH3-128 of the row, as in chunk.digest.';
COMMENT ON COLUMN :"ledger".reject.state IS
    'loaded: crossgrade retry-rejects put it into its table. gone: the source no longer has a row of that key.';

CREATE TABLE :"ledger".orphans (
    orphans_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_id bigint NOT NULL REFERENCES :"ledger".run_table ON DELETE CASCADE,
    foreign_key text NOT NULL,
    action text NOT NULL CHECK (action IN ('delete', 'null')),
    done timestamptz NOT NULL DEFAULT clock_timestamp(),
    row_count bigint NOT NULL CHECK (row_count > 0),
    digest_before numeric(39) NOT NULL,
    digest_after numeric(39),
    samples text[] NOT NULL,
    CHECK ((action = 'delete') = (digest_after IS NULL))
);
COMMENT ON TABLE :"ledger".orphans IS
    'Rows without a parent that --orphans took out of the target, committed together with what was done to them.';
COMMENT ON COLUMN :"ledger".orphans.digest_before IS 'Of the rows as they had arrived; see chunk.digest.';
COMMENT ON COLUMN :"ledger".orphans.digest_after IS 'Of the rows with the foreign key NULL.';

INSERT INTO :"ledger".ledger_version (product, version) VALUES ('crossgrade', 2);
