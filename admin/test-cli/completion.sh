# shellcheck shell=sh disable=SC2034,SC2154
# bash's completion, asked without a terminal

# completes EXPECTED WORD...: the last word, which may be empty, can become
# EXPECTED, words with blanks between.
completes()
{
	expected=$1
	shift
	called="completion of: $*"
	bash -c '
. "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_et_admin
printf "%s\n" "${COMPREPLY[@]}"' bash "$completion" "$admin" \
	    -c "$tmp/conf" "$@" 2>"$tmp/err" | sort -u >"$tmp/out"
	[ "$(paste -sd' ' "$tmp/out")" = "$expected" ] ||
	    fail "$called: not $expected"
}

# An option with a hyphen, and a noun without a verb.
completes '--new-key' setup --n
completes '' setup ''

# call_device FROM TO: as whoever can write the store may.
call_device()
{
	python3 -c '
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE device SET name = ?2 WHERE name = ?1", sys.argv[2:])
db.commit()' "$tmp/store.db" "$1" "$2"
}

if command -v bash >/dev/null; then
	does 'added' permit add two 9000
	does 'queued' forward open two 22:9879
	completes 'heartbeat help hostkey' h
	completes 'device doctor' help d
	completes "$admin" restore "$admin"
	completes '--check --conf --force --help --json --store --version' \
	    restore --
	completes '' backup --keep ''
	run 0 device alias two second
	completes 'second' doctor sec
	completes '6466b34bde54 second two' device show ''
	completes 'second' token new --device s
	run 0 device alias two ''
	completes 'close list ls open' forward ''
	completes 'remove rename rm' device r
	completes 'alice bob' operator rm ''
	completes '--columns --conf --help --json --sort --state --store --tag --version --watch --where --wide' \
	    device ls --
	completes 'list' device --json li
	completes '--conf --help --json --store --version' -
	completes '--all --columns --conf --help --json --store --version' \
	    forward list --
	completes '6466b34bde54 two' device show ''
	completes 'two' forward open t
	completes '6466b34bde54 two' doctor ''
	completes 'two' connect t
	completes '' device add ''
	completes 'offline online' device list --state o
	completes 'memory memory_total' device list --sort mem
	completes 'alice bob' operator remove ''
	completes 'admin' operator add dave --role a
	completes '9879' forward close two ''
	completes "$("$admin" -c "$tmp/conf" permit list --json |
	    sed 's/.*"permit":\([0-9]*\).*/\1/')" permit remove ''
	completes 'list ls new revoke' token ''
	completes "$("$admin" -c "$tmp/conf" token list --json |
	    sed 's/.*"token":"\([^"]*\).*/\1/' | sort | paste -sd' ')" token revoke ''
	completes '6466b34bde54' token new --device 64
	completes "$tmp/one.pub" device add three --key "$tmp/one"
	completes "$tmp/one.pub" key add two "$tmp/one"
	completes 'begin' hostkey rotate b
	completes 'abort begin finish server status' hostkey rotate ''
	completes "$tmp/old_rsa $tmp/old_rsa.pub" hostkey import "$tmp/old"
	completes "$tmp/old_rsa $tmp/old_rsa.pub" log verify x "$tmp/old"
	completes 'verify' log v
	# compgen -W expands its words as the shell does.
	call_device two "\$(touch $tmp/ran)"
	completes '6466b34bde54' device show ''
	completes '6466b34bde54' token new --device ''
	[ ! -e "$tmp/ran" ] || fail "completion runs what the store says"
	call_device "\$(touch $tmp/ran)" two
	run 0 permit remove two 9000
	run 0 forward close two
fi
