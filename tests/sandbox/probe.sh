#!/bin/sh
# The sandbox lets through what the list says, and nothing else.
set -eu
got=$(mktemp)
trap 'rm -f "$got"' EXIT
status=0
tests/sandbox/probe > "$got" || status=$?
[ "$status" -eq 77 ] && exit 77
[ "$status" -eq 0 ]
diff -u "${srcdir:-.}/tests/sandbox/outcomes" "$got"
