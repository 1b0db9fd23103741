#!/bin/sh
# Feeds the parsers what nobody would send, with libFuzzer:
#
#	run.sh [--coverage] [SECONDS] [TARGET...]
#
# by default each target for 5 s.  Builds the targets out of the tree (in
# FUZZ_BUILD, if that is set, and leaves them there; else in a folder that is
# removed), starts each from what seeds.py makes and from corpus/TARGET, if that
# is there, several at once, and prints how many inputs it took, how many in a
# second, and how many lines of its parser they reached; with --coverage also
# which they did not.  An input that breaks something is kept in FUZZ_FOUND (by
# default TMPDIR) and named; fuzz-TARGET FILE tries it again.
# Exit status: 0 if nothing was found, 1 if something was, or with --coverage if
# a target reaches less than 90 % of the lines of its parser, 77 without clang,
# its libFuzzer and, for --coverage, its llvm-cov.
set -eu

least=90
top=$(cd "$(dirname "$0")/../.." && pwd)
coverage=
if [ "${1-}" = --coverage ]; then
	coverage=yes
	shift
fi
seconds=5
case ${1-} in
[1-9]*)	seconds=$1; shift ;;
esac
all="msg monitor worker setup session conf exec ports key login hostkey event
    proxy token words name visitor alert page hello"
targets=${*:-$all}
found=$(cd "${FUZZ_FOUND:-${TMPDIR:-/tmp}}" && pwd)

# The files whose lines count.
parser()
{
	case $1 in
	msg)		echo sshd/common/msg.c ;;
	monitor)	echo sshd/monitor/answer.c sshd/monitor/learn.c \
			    sshd/monitor/learn_device.c sshd/monitor/learn_operator.c \
			    sshd/monitor/login/userauth.c sshd/monitor/login/sign.c \
			    sshd/monitor/device/bridge.c sshd/monitor/login/exchange.c \
			    sshd/monitor/login/tokens.c sshd/monitor/login/enrol.c ;;
	worker)		echo sshd/worker/dispatch.c sshd/worker/inbox.c ;;
	setup)		echo sshd/worker/setup.c sshd/worker/libssh/hostkey.c ;;
	session)	for name in allowance ask auth bridge command \
			    console_streams ending enrol exec forward global \
			    jump kex poll_wait receive refuse relay request \
			    rest serve session token_line \
			    libssh/exchange libssh/gssapi libssh/packets \
			    libssh/readahead libssh/signature; do
				echo "sshd/worker/$name.c"
			done ;;
	conf)		echo sshd/monitor/conf/conf.c sshd/monitor/conf/conf_option.c \
			    sshd/monitor/conf/conf_text.c ;;
	exec)		echo sshd/worker/verb.c policy/heartbeat.c ;;
	ports)		echo policy/forward.c policy/permit.c ;;
	key)		echo policy/key.c ;;
	login)		echo sshd/monitor/login/login.c ;;
	hostkey)	echo sshd/monitor/login/opensshkey.c ;;
	proxy)		echo sshd/monitor/gate/proxy.c ;;
	token)		echo policy/token.c sshd/worker/verb.c ;;
	words)		echo sshd/console/words.c ;;
	name)		echo policy/name.c ;;
	visitor)	echo sshd/page/first_bytes.c sshd/page/first_hello.c \
			    sshd/page/first_request.c sshd/page/request_watch.c \
			    sshd/page/site.c ;;
	page)		echo sshd/page/command_text.c sshd/page/target.c ;;
	alert)		echo notify/alert_line.c notify/alert_clean.c notify/mail.c \
			    notify/text.c ;;
	event)		echo sshd/monitor/log/clean.c ;;
	hello)		echo sshd/link/hello.c ;;
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

llvm=
if command -v llvm-profdata >/dev/null && command -v llvm-cov >/dev/null; then
	llvm=yes
elif [ "$coverage" ]; then
	echo "no llvm-cov here (Debian: llvm)"
	exit 77
fi
/usr/bin/python3 "$top/tests/fuzz/seeds.py" "$build/seeds"

# A compiler cache that makes paths relative hides the sources from llvm-cov.
CCACHE_BASEDIR=
export CCACHE_BASEDIR

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
	target=$1 dict=$top/tests/fuzz/corpus/$1.dict status=0
	mkdir -p "$build/corpus-$1"
	set -- "$build/corpus-$1" "$build/seeds/$1"
	[ ! -d "$top/tests/fuzz/corpus/$target" ] ||
	    set -- "$@" "$top/tests/fuzz/corpus/$target"
	[ ! -e "$dict" ] || set -- "-dict=$dict" "$@"
	LLVM_PROFILE_FILE=$build/$target.profraw \
	    "$build/fuzz-$target" -max_total_time="$seconds" -max_len=4096 \
	    -timeout=30 -print_final_stats=1 \
	    -artifact_prefix="$found/$target-" "$@" \
	    >"$build/$target.log" 2>&1 || status=$?
	echo "$status" >"$build/$target.status"
}

# cov TARGET VERB...: llvm-cov for the files of its parser
cov()
{
	target=$1
	shift
	# shellcheck disable=SC2046 # a list of words
	llvm-cov "$@" "$build/fuzz-$target" \
	    -instr-profile="$build/$target.profdata" \
	    $(parser "$target" | tr ' ' '\n' | sed "s,^,$top/,")
}

# Percent of the lines of the parser that were reached.  Fails if the report is
# not of its files: llvm-cov reports on all there are when it knows none of them.
reached()
{
	cov "$1" report | awk -v files="$(parser "$1" | wc -w)" '
		$1 ~ /\.c$/ { n++ }
		$1 == "TOTAL" { percent = $10 + 0 }
		END {
			if (n != files)
				exit 1
			print percent
		}'
}

# Each file's lines that were not reached.
missed()
{
	# Of one file alone llvm-cov does not say which it is.
	cov "$1" show | awk -F '|' -v file="$(parser "$1" | tr ' ' '\n' |
	    awk '{ file = $0 } END { if (NR == 1) print file }')" '
		function flush() {
			if (first)
				line = line " " first (last > first ? "-" last : "")
			first = 0
		}
		function tell() {
			flush()
			if (file)
				print "\t" file ":" (line ? line : " all reached")
			line = ""
		}
		/^\// { tell(); file = $1; sub(".*/", "", file); sub(":$", "", file) }
		$2 ~ /[0-9]/ {
			n = $1 + 0
			if ($2 + 0 != 0 || $2 ~ /[kMG]/)
				flush()
			else {
				first = first ? first : n
				last = n
			}
		}
		END { tell() }'
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
	stats="$(sed -n 's/.*number_of_executed_units: *//p' \
	    "$build/$1.log") executions, $(sed -n \
	    's/.*average_exec_per_sec: *//p' "$build/$1.log")/s"
	if [ -z "$llvm" ]; then
		echo "$1: $stats"
		return 0
	fi
	llvm-profdata merge -o "$build/$1.profdata" "$build/$1.profraw"
	percent=$(reached "$1") || {
		echo "$1: llvm-cov reports on other files than its parser's"
		return 1
	}
	echo "$1: $stats, $percent % of the lines of" \
	    "$(parser "$1" | tr ' ' '\n' | sed 's,.*/,,' | tr '\n' ' ')"
	[ "$coverage" ] || return 0
	missed "$1"
	echo "$percent $least" | awk '{ exit $1 < $2 }' || {
		echo "$1: less than $least %"
		return 1
	}
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
