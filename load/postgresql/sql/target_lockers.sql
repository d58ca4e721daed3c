-- Who may be in the way when a lock was not to be had (R16): other sessions with locks on relations of a schema, the
-- longest first.
SELECT string_agg(format('%s (%s, %s, since %s)', pid, usename, coalesce(nullif(application_name, ''), 'no name'),
                         to_char(xact_start, 'YYYY-MM-DD HH24:MI:SS')), ', ' ORDER BY xact_start)
FROM (SELECT DISTINCT a.pid, a.usename, a.application_name, a.xact_start
      FROM pg_locks l
      JOIN pg_stat_activity a ON a.pid = l.pid
      JOIN pg_class c ON c.oid = l.relation
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid() AND n.nspname = $1
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      ORDER BY a.xact_start LIMIT 5) AS holders
