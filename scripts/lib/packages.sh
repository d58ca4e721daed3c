# shellcheck shell=bash
# Which Debian or Ubuntu packages a job needs, and installing what is missing. Needs common.sh.
#
# An entry is "package" or "package:command"; the second is satisfied by the command, wherever it came from.

# shellcheck disable=SC2034 # read by the scripts that source this
build_packages=(
  gcc libc6-dev cmake:cmake ninja-build:ninja pkg-config:pkg-config
  libpq-dev default-libmysqlclient-dev libxxhash-dev libyajl-dev libcyaml-dev libyaml-dev
  libcsv-dev
)
# shellcheck disable=SC2034
server_packages=(mariadb-server-core:mariadbd mariadb-client-core:mariadb postgresql-client:psql postgresql:pg_server)
# shellcheck disable=SC2034
test_packages=(
  ca-certificates libcmocka-dev bats:bats jq:jq python3 python3-jsonschema shellcheck:shellcheck npm:npm xz-utils:xz
  clang:clang libclang-rt-dev
)

# The folder of the newest PostgreSQL server that the distribution installed, or nothing.
distribution_postgresql() {
  local postgres newest=
  while read -r postgres; do newest=$postgres; done < <(ls -v /usr/lib/postgresql/*/bin/postgres 2>/dev/null)
  [ -z "$newest" ] || dirname "$newest"
}

package_is_there() {
  case $1 in
  *:pg_server) [ -n "$(distribution_postgresql)" ] ;;
  *:*) have "${1#*:}" ;;
  *) [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ;;
  esac
}

# The names of those that are missing, one per line.
missing_packages() {
  local entry
  for entry in "$@"; do
    package_is_there "$entry" || printf '%s\n' "${entry%%:*}"
  done
}

# Debian makes and starts a database cluster when its PostgreSQL package is installed, unless told not to.
forbid_main_cluster() {
  local file=/etc/postgresql-common/createcluster.conf
  grep -qs '^create_main_cluster *= *false' "$file" && return 0
  as_root mkdir -p "${file%/*}"
  printf 'create_main_cluster = false\n' | as_root tee -a "$file" >/dev/null
}

# The package also enables a service that would start clusters at boot. One that was there before stays as it was.
disable_postgresql_service() {
  if have systemctl; then
    as_root systemctl --quiet disable postgresql.service >/dev/null 2>&1 || true
  elif have deb-systemd-helper; then
    as_root env DPKG_MAINTSCRIPT_PACKAGE=postgresql-common deb-systemd-helper disable postgresql.service >/dev/null 2>&1 || true
  fi
}

# Installs the packages named, without asking. Returns apt's failure.
install_packages() {
  local package fresh_postgresql=
  [ $# -gt 0 ] || return 0
  have apt-get || die 3 "these packages are missing, and there is no apt-get here to install them: $*" \
    "Install what corresponds to them on this system, then run this again."
  for package in "$@"; do
    if [ "$package" = postgresql ]; then
      forbid_main_cluster
      package_is_there postgresql-common || fresh_postgresql=yes
    fi
  done
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update || return
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@" >/dev/null || return
  [ -z "$fresh_postgresql" ] || disable_postgresql_service
}
