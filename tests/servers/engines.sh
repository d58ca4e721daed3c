# shellcheck shell=bash
# How each kind of server is found, made, started and asked whether it answers. Needs common.sh, packages.sh, fetch.sh.
#
# For a server NAME: NAME_find sets `tree` and friends, or says on standard error why it cannot be had; NAME_create DIR
# makes an empty data directory; NAME_run DIR PORT replaces the shell by the server, in the foreground; NAME_answers DIR
# PORT tells whether it takes queries; NAME_url PORT is its base address. A server's files are all under DIR.

# shellcheck disable=SC2034 # read by tests/servers/servers
server_names=(mariadb mysql pg15 pg18)

# The signal that stops a server at once and cleanly, whoever is connected.
stop_signal() {
  case $1 in
  pg*) printf 'INT\n' ;;
  *) printf 'TERM\n' ;;
  esac
}

# The environment variable that tells tests where a server is.
server_variable() { printf 'CG_TEST_%s\n' "${1^^}"; }

# --- MariaDB and MySQL ----------------------------------------------------------------------------------------------

# What both take; durability is given up, since nothing here outlives the run.
mysql_options() {
  local dir=$1 port=$2
  printf '%s\n' --datadir="$dir/data" --socket="$dir/sock" --pid-file="$dir/data/server.pid" --port="$port" \
    --bind-address=127.0.0.1 --max-allowed-packet=1G --innodb-buffer-pool-size=512M \
    --innodb-flush-log-at-trx-commit=2 --innodb-doublewrite=OFF --sync-binlog=0 --secure-file-priv= --server-id=1
}

mysql_family_answers() {
  mariadb --no-defaults --protocol=tcp --host=127.0.0.1 --port="$2" --user=root --connect-timeout=2 \
    --execute='SELECT 1' >/dev/null 2>&1
}

mysql_family_url() { printf 'mysql://root@127.0.0.1:%s\n' "$1"; }

mariadb_find() {
  have mariadbd || { note "no mariadbd (package mariadb-server-core)"; return 1; }
}
mariadb_version() { mariadbd --no-defaults --version | sed -n 's/.*Ver \([0-9.]*\).*/\1/p'; }
mariadb_create() {
  exec_as_server_user mariadb-install-db --no-defaults --datadir="$1/data" --auth-root-authentication-method=normal \
    --skip-test-db
}
mariadb_run() {
  local options
  mapfile -t options < <(mysql_options "$1" "$2")
  exec_as_server_user mariadbd --no-defaults "${options[@]}" --log-bin="$1/data/binlog" --binlog-format=ROW
}
mariadb_answers() { mysql_family_answers "$@"; }
mariadb_url() { mysql_family_url "$@"; }

mysql_find() { fetch mysql; }
mysql_version() { mysql_tree_version "$tree"; }
# The unpacked mysqld with the options that tie it to its tree, one per line.
mysqld_words() {
  local loader
  loader=$(tree_loader "$tree")
  tr ' ' '\n' <<<"$loader"
  printf '%s\n' "$tree/usr/sbin/mysqld" --no-defaults --basedir="$tree/usr" --lc-messages-dir="$tree/usr/share/mysql" \
    --plugin-dir="$tree/usr/lib/mysql/plugin"
}
mysql_create() {
  local words
  mapfile -t words < <(mysqld_words)
  exec_as_server_user "${words[@]}" --initialize-insecure --datadir="$1/data" --secure-file-priv=
}
mysql_run() {
  local words options
  mapfile -t words < <(mysqld_words)
  mapfile -t options < <(mysql_options "$1" "$2")
  exec_as_server_user "${words[@]}" "${options[@]}" --mysqlx=OFF --gtid-mode=ON --enforce-gtid-consistency=ON
}
mysql_answers() { mysql_family_answers "$@"; }
mysql_url() { mysql_family_url "$@"; }

# --- PostgreSQL -----------------------------------------------------------------------------------------------------

# Everybody is trusted, except the roles of group cg_password, who must know theirs: for tests of wrong passwords.
postgresql_create() {
  local bin=$1 dir=$2
  (
    exec_as_server_user "$bin/initdb" --pgdata="$dir/data" --username=postgres --auth=trust --encoding=UTF8 \
      --locale=C.UTF-8 --no-sync
  ) || return 1
  sed -i '1i host all +cg_password 127.0.0.1/32 scram-sha-256' "$dir/data/pg_hba.conf"
}

# postgresql_run BIN DIR PORT
postgresql_run() {
  exec_as_server_user "$1/postgres" -D "$2/data" -p "$3" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories="$2" -c fsync=off -c full_page_writes=off -c synchronous_commit=off \
    -c shared_buffers=256MB -c max_wal_size=4GB -c max_connections=200
}

postgresql_answers() {
  PGCONNECT_TIMEOUT=2 psql -X -q -h 127.0.0.1 -p "$2" -U postgres -d postgres -c 'SELECT 1' >/dev/null 2>&1
}

postgresql_url() { printf 'postgresql://postgres@127.0.0.1:%s\n' "$1"; }

# The distribution's own version: 15 on Debian 12.
pg15_find() {
  tree=$(distribution_postgresql)
  [ -n "$tree" ] || { note "no PostgreSQL server (package postgresql)"; return 1; }
}
pg15_version() { "$tree/postgres" --version | awk '{print $3}'; }
pg15_create() { postgresql_create "$tree" "$1"; }
pg15_run() { postgresql_run "$tree" "$@"; }
pg15_answers() { postgresql_answers "$@"; }
pg15_url() { postgresql_url "$@"; }

pg18_find() { fetch pg18; }
pg18_version() { "$tree/bin/postgres" --version | awk '{print $3}'; }
pg18_create() { postgresql_create "$tree/bin" "$1"; }
pg18_run() { postgresql_run "$tree/bin" "$@"; }
pg18_answers() { postgresql_answers "$@"; }
pg18_url() { postgresql_url "$@"; }
