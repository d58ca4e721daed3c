# shellcheck shell=bash
# What every script here shares: messages, running as another user, waiting, the cache folder. Source it: it only
# defines functions.

PATH=$PATH:/usr/sbin:/sbin

# Each argument is a line.
say() { printf '%s\n' "$@"; }
note() { printf '%s\n' "$@" >&2; }

# die EXIT_CODE MESSAGE...: each message is a line of its own.
die() {
  local code=$1
  shift
  printf 'error: %s\n' "$1" >&2
  shift
  [ $# = 0 ] || printf '  %s\n' "$@" >&2
  exit "$code"
}

have() { command -v "$1" >/dev/null 2>&1; }

# Prints a command in a form that can be pasted into a shell, then runs it.
show_and_run() {
  printf '\n$'
  printf ' %q' "$@"
  printf '\n'
  "$@"
}

is_root() { [ "$(id -u)" = 0 ]; }

# Runs a command as root: directly, or through sudo.
as_root() {
  if is_root; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    die 3 "this needs root: $*" "Run it as root, or install sudo."
  fi
}

# The user that servers run as when a script is started by root: PostgreSQL refuses root, and none of them needs it.
server_user() {
  if is_root; then
    printf '%s\n' "${CROSSGRADE_SERVER_USER:-nobody}"
  else
    id -un
  fi
}

# Runs a command as that user. It replaces this shell, so that a process id taken of it is the server's own: use it in
# a subshell or in the background.
exec_as_server_user() {
  local user
  if is_root; then
    user=$(server_user)
    exec setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups --inh-caps=-all env HOME=/ "$@"
  fi
  exec "$@"
}

# Where downloaded servers are kept between runs. Root's home is closed to the server's user, hence /var/cache.
cache_dir() {
  if [ -n "${CROSSGRADE_CACHE:-}" ]; then
    printf '%s\n' "$CROSSGRADE_CACHE"
  elif is_root; then
    printf '/var/cache/crossgrade\n'
  else
    printf '%s/crossgrade\n' "${XDG_CACHE_HOME:-$HOME/.cache}"
  fi
}

# wait_until SECONDS COMMAND...: asks again and again until the command succeeds; 1 when the seconds are over.
wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}

# True when something listens on that port of 127.0.0.1.
port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port that nobody listens on, below the range that the kernel hands out to clients.
free_port() {
  local port tries
  for ((tries = 0; tries < 200; tries++)); do
    port=$((20000 + RANDOM % 12000))
    if ! port_is_taken "$port"; then
      printf '%s\n' "$port"
      return 0
    fi
  done
  return 1
}

# "PID START": the kernel's start time tells a process from a later one with the same number.
process_identity() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # The name in parentheses may hold spaces; after it the state is field 1, the start time field 20.
  # shellcheck disable=SC2086
  set -- "$1" ${stat##*) }
  [ "$2" != Z ] || return 1
  printf '%s %s\n' "$1" "${21}"
}

# Is the process of that identity still there?
process_lives() { [ "$(process_identity "${1%% *}")" = "$1" ]; }
process_is_gone() { ! process_lives "$1"; }
