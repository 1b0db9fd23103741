#!/bin/sh
# Feeds the parsers what nobody would send, with libFuzzer:
#
#	run.sh [SECONDS] [TARGET...]	by default each target for 5 s
#
# Builds the targets out of the tree (in FUZZ_BUILD, if that is set, and leaves
# them there; else in a folder that is removed), starts each from its seeds in
# corpus/, several at once, and prints how many inputs it took and how many
# lines of its parser they reached.  An input that breaks something is kept in
# FUZZ_FOUND (by default TMPDIR) and named; fuzz-TARGET FILE tries it again.
# Exit status: 0 if nothing was found, 1 if something was, 77 without clang
# and its libFuzzer.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
seconds=5
case ${1-} in
[1-9]*)	seconds=$1; shift ;;
esac
all="msg monitor worker conf exec ports key login hostkey event proxy token"
targets=${*:-$all}
found=$(cd "${FUZZ_FOUND:-${TMPDIR:-/tmp}}" && pwd)

# The files whose lines count.
parser()
{
	case $1 in
	msg)		echo sshd/common/msg.c ;;
	monitor)	echo sshd/monitor/answer.c sshd/monitor/learn.c \
			    sshd/monitor/userauth.c \
			    sshd/monitor/bridge.c sshd/monitor/exchange.c \
			    sshd/monitor/tokens.c sshd/monitor/enrol.c ;;
	worker)		echo sshd/worker/ask.c ;;
	conf)		echo sshd/monitor/conf.c sshd/monitor/conf_text.c ;;
	exec)		echo sshd/worker/verb.c policy/heartbeat.c ;;
	ports)		echo policy/forward.c policy/permit.c ;;
	key)		echo policy/key.c ;;
	login)		echo sshd/monitor/login.c ;;
	hostkey)	echo sshd/monitor/opensshkey.c ;;
	proxy)		echo sshd/monitor/proxy.c ;;
	token)		echo policy/token.c sshd/worker/verb.c ;;
	event)		echo sshd/monitor/clean.c sshd/monitor/event.c ;;
	*)
		echo "${0##*/}: no target $1: $all" >&2
		exit 2
		;;
	esac
}

for target in $targets; do
	parser "$target" >/dev/null
done

if [ "${FUZZ_BUILD-}" ]; then
	mkdir -p "$FUZZ_BUILD"
	build=$(cd "$FUZZ_BUILD" && pwd)
else
	build=$(mktemp -d "${TMPDIR:-/tmp}/et-fuzz.XXXXXX")
	trap 'rm -rf "$build"' EXIT
	trap 'exit 1' HUP INT TERM
fi

echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) {
return 0; }' >"$build/try.c"
if ! clang -fsanitize=fuzzer,address "$build/try.c" -o "$build/try" \
    2>/dev/null; then
	echo "clang has no libFuzzer here (Debian: clang libclang-rt-dev)"
	exit 77
fi

start=$(date +%s)
# shellcheck disable=SC2086 # a list of words
binaries=$(printf 'fuzz-%s ' $targets)
# shellcheck disable=SC2086 # a list of words
if ! make -C "$build" -s -j"$(nproc)" -f "$top/tests/fuzz/fuzz.mk" \
    TOP="$top" $binaries >"$build/make.log" 2>&1; then
	tail -n 40 "$build/make.log"
	exit 1
fi
echo "built in $(($(date +%s) - start)) s"

# Its log, profile and new inputs go to the build folder.
run()
{
	mkdir -p "$build/corpus-$1"
	dict=$top/tests/fuzz/corpus/$1.dict
	set -- "$1" "$build/corpus-$1" "$top/tests/fuzz/corpus/$1"
	status=0
	LLVM_PROFILE_FILE=$build/$1.profraw \
	    "$build/fuzz-$1" -max_total_time="$seconds" -max_len=4096 \
	    -timeout=10 -print_final_stats=1 \
	    -artifact_prefix="$found/$1-" \
	    ${dict:+$([ ! -e "$dict" ] || echo "-dict=$dict")} \
	    "$2" "$3" >"$build/$1.log" 2>&1 || status=$?
	echo "$status" >"$build/$1.status"
}

# Lines of the parser reached; without LLVM's tools libFuzzer's own figure.
reached()
{
	if command -v llvm-profdata >/dev/null &&
	    command -v llvm-cov >/dev/null; then
		llvm-profdata merge -o "$build/$1.profdata" \
		    "$build/$1.profraw"
		# shellcheck disable=SC2046 # a list of words
		llvm-cov report "$build/fuzz-$1" \
		    -instr-profile="$build/$1.profdata" \
		    $(parser "$1" | tr ' ' '\n' | sed "s,^,$top/,") |
		    awk '$1 == "TOTAL" { print $10, "of the lines of" }'
		parser "$1" | tr ' ' '\n' | sed 's,.*/,,'
	else
		sed -n 's/.* DONE *cov: \([0-9]*\).*/\1 edges/p' \
		    "$build/$1.log"
	fi | tr '\n' ' '
}

# Returns 1 if something was found.
tell()
{
	if [ "$(cat "$build/$1.status")" -ne 0 ]; then
		echo "$1: FAILED"
		grep -v -e '^#' -e '^INFO' "$build/$1.log" | tail -n 60
		sed -n 's/.*Test unit written to /the input: /p' \
		    "$build/$1.log"
		return 1
	fi
	n=$(sed -n 's/.*number_of_executed_units: *//p' "$build/$1.log")
	echo "$1: $n executions, $(reached "$1")"
}

at_once=0
for target in $targets; do
	run "$target" &
	at_once=$((at_once + 1))
	if [ "$at_once" -ge "$(nproc)" ]; then
		wait
		at_once=0
	fi
done
wait
status=0
for target in $targets; do
	tell "$target" || status=1
done
exit $status
