#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2154 # literal ${...} is what is tested; run sets output and stderr
# The command line without any server: help, refusals, exit codes, passwords out of sight.
# CROSSGRADE: the binary.

bats_require_minimum_version 1.5.0

SOURCE=mysql://root@127.0.0.1:1/shop
TARGET=postgresql://me@127.0.0.1:1/shop

setup() {
    [ -n "$CROSSGRADE" ] || skip "CROSSGRADE not set"
    cd "$BATS_TEST_TMPDIR" || return
    unset MYSQL_PWD PGPASSWORD PGHOST PGPORT PGSERVICE NO_COLOR
}

# Runs crossgrade with both outputs apart and checks the exit code.
cg() {
    local code=$1
    shift
    run --separate-stderr -"$code" "$CROSSGRADE" "$@"
}

contains() {
    [[ "$1" == *"$2"* ]] || {
        printf 'no "%s" in:\n%s\n' "$2" "$1"
        return 1
    }
}

lacks() {
    [[ "$1" != *"$2"* ]] || {
        printf '"%s" in:\n%s\n' "$2" "$1"
        return 1
    }
}

@test "no arguments: a short usage on standard error, exit 3" {
    cg 3
    [ -z "$output" ]
    contains "$stderr" "usage: crossgrade COMMAND"
    [ "${#stderr_lines[@]}" -le 4 ]
}

@test "--help lists every command, in 80 columns, exit 0" {
    cg 0 --help
    [ -z "$stderr" ]
    for command in migrate verify schema run runs report forget; do
        contains "$output" "  $command "
    done
    contains "$output" "Exit codes"
    for line in "${lines[@]}"; do [ "${#line}" -le 80 ]; done
}

@test "every command has --help, and help COMMAND says the same, in 80 columns" {
    for command in migrate verify schema run runs report forget; do
        cg 0 "$command" --help
        contains "$output" "usage: crossgrade $command"
        contains "$output" "Examples:"
        contains "$output" "xit codes"
        for line in "${lines[@]}"; do [ "${#line}" -le 80 ]; done
        local first=$output
        cg 0 help "$command"
        [ "$output" = "$first" ]
    done
}

@test "every option of --help is in the manual and in the man page" {
    local docs=$BATS_TEST_DIRNAME/../../docs
    for command in migrate verify schema run runs report forget; do
        cg 0 help "$command"
        while read -r option; do
            grep -qF -e "\`$option" "$docs/manual.md" || { echo "manual: $option"; return 1; }
            grep -qF -e "${option//-/\\-}" "$docs/crossgrade.1" || { echo "man page: $option"; return 1; }
        done < <(grep -oE '^  --[a-z-]+' <<<"$output")
    done
}

@test "every named conversion of --help is in the manual" {
    cg 0 help migrate
    local names
    names=$(sed -n '/^Names for --accept/,/^$/p' <<<"$output" | grep -oE '^  [a-z_]+')
    [ "$(wc -w <<<"$names")" -gt 20 ]
    for name in $names; do
        grep -q "\`$name\`" "$BATS_TEST_DIRNAME/../../docs/manual.md" || { echo "$name"; return 1; }
    done
}

@test "--version names crossgrade and its libraries" {
    cg 0 --version
    [[ "${lines[0]}" =~ ^crossgrade\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
    contains "$output" libpq
    contains "$output" yajl
}

@test "help that cannot be written is a failure" {
    run -4 bash -c '"$1" --help >/dev/full' - "$CROSSGRADE"
}

@test "an unknown command names the nearest, exit 3" {
    cg 3 mgrate "$SOURCE" "$TARGET"
    contains "$stderr" 'unknown command "mgrate"'
    contains "$stderr" "did you mean migrate?"
}

@test "a command of a later version is refused by name" {
    cg 3 check "$SOURCE" "$TARGET"
    contains "$stderr" "check is not available in this version"
}

@test "an unknown option names the nearest, exit 3" {
    cg 3 migrate "$SOURCE" "$TARGET" --jbos 4
    contains "$stderr" "unknown option --jbos"
    contains "$stderr" "did you mean --jobs?"
}

@test "options of a later version are refused by name" {
    for option in resume workers mode witness settle max-differences; do
        cg 3 migrate "$SOURCE" "$TARGET" "--$option" x
        contains "$stderr" "--$option is not available in this version"
    done
    cg 3 migrate "$SOURCE" "$TARGET" --resume
    cg 3 migrate "$SOURCE" "$TARGET" --report r.html
    contains "$stderr" "not available in this version"
}

@test "--opt value and --opt=value are the same" {
    cg 0 migrate "$SOURCE" "$TARGET" --jobs 3 --show-config
    local first=$output
    cg 0 migrate "$SOURCE" "$TARGET" --jobs=3 --show-config
    [ "$output" = "$first" ]
    contains "$output" "jobs: 3"
}

@test "-- ends the options" {
    cg 3 migrate -- "$SOURCE" --jobs
    contains "$stderr" "target: this is not a connection URI"
}

@test "an option without its value is refused" {
    cg 3 migrate "$SOURCE" "$TARGET" --jobs
    contains "$stderr" "--jobs has no value"
    cg 3 migrate "$SOURCE" "$TARGET" --schema --quiet
    contains "$stderr" "--schema has no value"
}

@test "too few and too many arguments are refused" {
    cg 3 migrate "$SOURCE"
    contains "$stderr" "migrate takes SOURCE TARGET; 1 argument was given"
    cg 3 migrate "$SOURCE" "$TARGET" mysql://u:hush@h/x
    lacks "$stderr" hush
    cg 3 migrate a b c d e:hush@f
    lacks "$stderr" hush
}

@test "values out of range are refused" {
    cg 3 migrate "$SOURCE" "$TARGET" --jobs 0
    contains "$stderr" "from 1 to 128"
    cg 3 migrate "$SOURCE" "$TARGET" --memory 1MiB
    contains "$stderr" "64MiB"
    cg 3 migrate "$SOURCE" "$TARGET" --schema pg_catalog
    contains "$stderr" "option --schema"
    cg 3 migrate "$SOURCE" "$TARGET" --schema crossgrade
    contains "$stderr" "option --ledger-schema"
}

@test "malformed URIs are refused without showing a password" {
    local bad
    for bad in 'shop' 'mysql:/root:hush@h/db' 'mysql://root:hush@h:99999/db' 'mysql://root:hu?sh@h/db' \
        'mysql://root:hush@h/%zz' 'mysql://root:hush@h/db?x'; do
        cg 3 migrate "$bad" "$TARGET"
        contains "$stderr" "crossgrade: source: "
        lacks "$stderr" hush
        lacks "$stderr" '"hu'
    done
    cg 3 migrate "$SOURCE" 'postgresql://me:hush@h:x/db'
    contains "$stderr" "crossgrade: target: "
    lacks "$stderr" hush
}

@test "engines on the wrong side are refused as not available yet" {
    cg 3 migrate "$TARGET" "$SOURCE"
    contains "$stderr" "not available in this version"
    cg 3 verify "$SOURCE" "$SOURCE"
    contains "$stderr" "not available in this version"
    cg 3 migrate "$SOURCE" sqlite://x
    contains "$stderr" "no engine that crossgrade knows"
    cg 3 migrate mysql://root@h "$TARGET"
    contains "$stderr" "names no database"
    cg 3 runs "$SOURCE"
    contains "$stderr" "not available in this version"
}

@test "an unknown name for --accept is refused" {
    cg 3 migrate "$SOURCE" "$TARGET" --accept zero_dates
    contains "$stderr" "zero_dates"
    contains "$stderr" "zero_date_to_null"
}

@test "files and folders are checked before anything connects" {
    cg 3 migrate "$SOURCE" "$TARGET" --typemap nothing.yaml
    contains "$stderr" "nothing.yaml"
    cg 3 migrate "$SOURCE" "$TARGET" --report missing/r.json
    contains "$stderr" "missing"
    cg 3 migrate "$SOURCE" "$TARGET" --report r.pdf
    contains "$stderr" ".txt or .json"
    cg 3 migrate "$SOURCE" "$TARGET" --report .
    mkdir folder.json
    cg 3 migrate "$SOURCE" "$TARGET" --report folder.json
    contains "$stderr" "is a folder"
    cg 3 migrate "$SOURCE" "$TARGET" --write-map missing/m.yaml
    contains "$stderr" "missing"
    cg 3 run nothing.yaml
    contains "$stderr" "nothing.yaml"
}

@test "--log-format json: errors are JSON objects" {
    cg 3 migrate "$SOURCE" "$TARGET" --log-format json --jobs 0
    [[ "$stderr" == '{'*'"event":"error"'*'"class":"usage"'*'}' ]]
    [ "${#stderr_lines[@]}" -eq 1 ]
}

@test "--show-config prints a pipeline file that run takes, without passwords" {
    cg 0 migrate mysql://root:hush1@127.0.0.1:1/shop "postgresql://me@127.0.0.1:1/shop?password=hush2" \
        --include 'a*' --include '${x}"' --drop-existing --jobs 2 --show-config
    lacks "$output" hush
    contains "$output" 'source: "mysql://root@127.0.0.1:1/shop"'
    printf '%s\n' "$output" >shown.yaml
    cg 0 run shown.yaml --show-config
    [ "$(grep -v '^#' <<<"$output")" = "$(grep -v '^#' shown.yaml)" ]
}

@test "the command line overrides the pipeline file, lists as a whole" {
    cat >shop.yaml <<YAML
source: $SOURCE
target: $TARGET
jobs: 2
quiet: true
include: [a, b]
YAML
    cg 0 run shop.yaml --jobs 5 --include c --quiet=false --show-config
    contains "$output" "jobs: 5"
    contains "$output" '  - "c"'
    lacks "$output" '"a"'
    contains "$output" "quiet: false"
}

@test "a pipeline file's mistakes are told with their line" {
    printf 'source: x\n\nincldue: [a]\n' >bad.yaml
    cg 3 run bad.yaml
    contains "$stderr" "bad.yaml, line 3: unknown key incldue"
    contains "$stderr" "did you mean include?"
    printf 'source: ${NO_SUCH_VARIABLE}\n' >bad.yaml
    cg 3 run bad.yaml
    contains "$stderr" "line 1, key source: the environment has no variable NO_SUCH_VARIABLE"
    printf 'target: %s\n' "$TARGET" >bad.yaml
    cg 3 run bad.yaml
    contains "$stderr" "bad.yaml: no source is given"
    printf 'command: verify\nsource: %s\ntarget: %s\n' "$SOURCE" "$TARGET" >verify.yaml
    cg 3 run verify.yaml --drop-existing
    contains "$stderr" "--drop-existing is not an option of verify"
}

@test "the examples of pipeline files are understood" {
    for file in "$BATS_TEST_DIRNAME"/../../pipelines/examples/*.yaml; do
        [ -e "$file" ]
        SHOP_USER=u SHOP_HOST=h RUN_NAME=r run -0 "$CROSSGRADE" run "$file" --show-config
        contains "$output" "source:"
    done
}

@test "an unreachable server: exit 4, at once, named, with the server's words" {
    cg 4 migrate "$SOURCE" "$TARGET"
    contains "${stderr_lines[0]}" "connecting to $SOURCE"
    contains "$stderr" "crossgrade: "
    contains "$stderr" "127.0.0.1"
    cg 4 verify "$SOURCE" "$TARGET"
    cg 4 schema "$SOURCE"
    cg 4 runs "$TARGET"
    contains "$stderr" "refused"
    cg 4 report "$TARGET" 20261120-131255-7f3a9c
    cg 4 forget "$TARGET" 20261120-131255-7f3a9c
}

@test "passwords do not reach the screen when a server is unreachable" {
    cg 4 migrate mysql://root:hush1@127.0.0.1:1/shop "postgresql://me:hush2@127.0.0.1:1/shop?sslpassword=hush3"
    lacks "$stderr$output" hush
    cg 4 runs postgresql://me:hush2@127.0.0.1:1/shop
    lacks "$stderr$output" hush
}

@test "--quiet leaves only the error" {
    cg 4 migrate "$SOURCE" "$TARGET" --quiet
    lacks "$stderr" "connecting to"
    contains "$stderr" "crossgrade: "
    [ -z "$output" ]
}

@test "no colours and no cursor movements outside a terminal" {
    cg 4 migrate "$SOURCE" "$TARGET"
    lacks "$stderr" $'\033'
}
