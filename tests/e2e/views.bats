#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # names come from and go to support/e2e.bash, which load hides
# Views whose text the source's information_schema does not tell as it is.

load ../support/e2e

database=cg_e2e_views

setup_file() {
  make_source $database
  source_sql $database <<'SQL'
CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20));
INSERT INTO t VALUES (1, 'x'), (2, '😀'), (3, NULL);
CREATE VIEW named (p, `q "r"`) AS SELECT id, a FROM t WHERE id < 3 ORDER BY id DESC;
CREATE VIEW over_named AS SELECT `q "r"` AS q FROM named WHERE p > 1;
CREATE VIEW letters AS SELECT id, 'é😀' AS e FROM t WHERE a <> '😀' WITH CHECK OPTION;
CREATE VIEW both_named (n) AS SELECT id FROM t UNION SELECT 7;
SQL
  make_target $database
  run "$CROSSGRADE" migrate "$(source_uri $database)" "$(target_uri $database)"
  printf '%s' "$status" >"$BATS_FILE_TMPDIR/status"
}

teardown_file() {
  drop_source $database
  drop_target $database
}

@test "views with names of columns in their header, and with characters of four bytes, are carried" {
  equals 0 "$(cat "$BATS_FILE_TMPDIR/status")"
}

@test "columns keep the names that a view's header gives, and views that read it find them" {
  equals $'1|x\n2|😀' "$(target_do $database 'SELECT p, "q ""r""" FROM named ORDER BY p')"
  equals 😀 "$(target_do $database 'SELECT q FROM over_named')"
  equals $'1\n2\n3\n7' "$(target_do $database 'SELECT n FROM both_named ORDER BY n')"
}

@test "a literal keeps its characters, and is compared with them" {
  equals '1|é😀' "$(target_do $database 'SELECT id, e FROM letters')"
}
