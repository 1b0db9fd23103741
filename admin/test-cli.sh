#!/bin/sh
# Every noun and verb of et-admin on a real store: what it prints, what it
# refuses, how it exits.  A stand-in plays the server where one is needed.
set -eu

build=${abs_top_builddir:-$(pwd)}
admin=$build/admin/et-admin
standin=$build/admin/test-standin
command -v python3 >/dev/null || exit 77

tmp=$(mktemp -d)
server=
waiting=
listener=
tidy()
{
	for pid in $server $waiting $listener; do
		kill "$pid" 2>/dev/null || :
	done
	rm -rf "$tmp"
}
trap tidy EXIT
trap 'exit 1' HUP INT TERM

store=sqlite:$tmp/store.db
cat >"$tmp/conf" <<EOF
listen = {"127.0.0.1:0", "[::1]:0"}
store = "$store"
host-keys = {"$tmp/keys/ssh_host_ed25519_key", "$tmp/keys/ssh_host_rsa_key"}
user = "nobody-of-this-name"
login-grace = 30
per-source-penalties = true
EOF

fail()
{
	echo "FAIL: $*"
	echo "--- its output:"
	cat "$tmp/out"
	echo "--- its errors:"
	cat "$tmp/err"
	exit 1
}

# run CODE WORD...: et-admin exits with CODE.
run()
{
	code=$1
	shift
	called="et-admin $*"
	got=0
	"$admin" -c "$tmp/conf" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null ||
	    got=$?
	[ "$got" = "$code" ] || fail "$called: exit $got, not $code"
}

# refuse CODE TEXT WORD...: and says why, in one line on stderr.
refuse()
{
	code=$1
	text=$2
	shift 2
	run "$code" "$@"
	[ "$(grep -vc '^et-admin: note: ' "$tmp/err")" = 1 ] ||
	    fail "$called: not one line on stderr"
	grep -Fq -- "$text" "$tmp/err" || fail "$called: does not say: $text"
}

# does TEXT WORD...: exits 0, prints TEXT, and no error.
does()
{
	text=$1
	shift
	run 0 "$@"
	grep -Fq -- "$text" "$tmp/out" || fail "$called: does not say: $text"
	if grep -v '^et-admin: note: ' "$tmp/err"; then
		fail "$called: an error, and exit 0"
	fi
}

# golden: the output is exactly what stands on stdin.
golden()
{
	cat >"$tmp/golden"
	cmp -s "$tmp/golden" "$tmp/out" || {
		diff "$tmp/golden" "$tmp/out" || :
		fail "$called: another output"
	}
}

# json EXPRESSION WORD...: each line is an object; of the list of them, rows,
# the python expression is true.
json()
{
	expression=$1
	shift
	run 0 --json "$@"
	python3 -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
assert all(type(row) is dict for row in rows), rows
assert eval("(" + sys.argv[1] + ")"), rows' "$expression" <"$tmp/out" 2>>"$tmp/err" ||
	    fail "$called --json: not $expression"
}

# serve HOW: the stand-in is ready when this returns.
serve()
{
	rm -f "$tmp/ready"
	mkfifo "$tmp/ready"
	"$standin" "$store" "$1" >"$tmp/ready" &
	server=$!
	read -r word <"$tmp/ready"
	[ "$word" = ready ]
}

stop()
{
	kill "$server"
	wait "$server" 2>/dev/null || :
	server=
}

dir=$(dirname "$0")
unset COLUMNS
# shellcheck disable=SC2034 # for test-cli/completion.sh
completion=$dir/../contrib/completions/et-admin.bash
for part in device forward permit operator hostkey token import help conf server node wait tail \
    completion; do
	# shellcheck source=/dev/null
	. "$dir/test-cli/$part.sh"
done
echo "ok"
