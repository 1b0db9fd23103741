#!/bin/sh
# Every test there is, on a machine that needs to have nothing but this tree:
#
#	sudo tests/run.sh [--long]
#
# Installs what is missing, builds with gcc, with clang and with the sanitizers
# (out of the tree), runs make check (with the sanitizers without tests/device
# and the matrix of clients, but for --long), the lints, the fuzz targets (for 2 s
# each, with --long for a minute), quickstart.sh and make distcheck (with --long
# its tests run once more, from the packed tree).  With --long all but tests/system
# runs once more with libssh 0.12, if Debian's source of it can be had, and the
# regress tests do with their stores in PostgreSQL.  Clang's build and the lints
# have the CPUs while the tests wait; they are told at the end.
# The last line counts: each test of make check is one, each other step is one.
# A test of make check that failed beside others is run once more by itself: if
# it passes then, it is counted as unstable, with what it said the first time.
# Exit status: 0 if none failed, and five at most were unstable.
set -u

long=
# For the sanitizers: the device's client is a script, and the matrix of clients
# takes long.
fewer='DEVICE_TESTS= CLIENT_TESTS= SYSTEM_TESTS='
patience=1800	# s for one make check
case ${1-} in
'')	;;
--long)	long=yes fewer=
	ETPH_LONG=1	# tests that have a longer form take it
	export ETPH_LONG
	patience=3600 ;;
*)	echo "usage: ${0##*/} [--long]" >&2; exit 2 ;;
esac
[ "$(id -u)" -eq 0 ] || { echo "${0##*/}: run me with sudo" >&2; exit 2; }

cd "$(dirname "$0")/.." || exit
# Debian's own python3 has the modules that packages.sh installs.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
LC_ALL=C.UTF-8
export PATH LC_ALL
umask 022
exec </dev/null

work=$(mktemp -d "${TMPDIR:-/tmp}/et-phone-home.XXXXXX") || exit
chmod 755 "$work"
passed=0 failed=0 skipped=0 unstable=0
log=$work/log gently='' beside=''
trap '[ ! "$beside" ] || kill "$beside" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

now()
{
	date +%s
}

# The end of a log, bounded and set off.
show()
{
	tail -n "$2" "$1" | cut -c -400 | sed 's/^/    | /'
}

# count STATUS NAME SECONDS LOG
count()
{
	case $1 in
	0)	passed=$((passed + 1)) word=ok ;;
	77)	skipped=$((skipped + 1)) word=skip ;;
	*)	failed=$((failed + 1)) word=FAIL ;;
	esac
	printf '%-5s %s (%s s)\n' "$word" "$2" "$3"
	[ "$word" != FAIL ] || show "$4" 60
}

# step NAME SECONDS COMMAND...: one test, which may take so long.
step()
{
	name=$1 limit=$2 start=$(now)
	shift 2
	# shellcheck disable=SC2086 # a command's words
	timeout -k 20 "$limit" $gently "$@" >"$log" 2>&1
	status=$?
	[ $status -ne 124 ] || echo "still running after $limit s" >>"$log"
	count $status "$name" $(($(now) - start)) "$log"
	return $status
}

# results FOLDER WORD...: how many tests there ended with one of the words.
results()
{
	folder=$1
	shift
	find "$folder" -name '*.trs' -exec cat {} + |
	    grep -c -E "^:test-result: ($(echo "$*" | tr ' ' '|'))( |\$)"
}

# failures FOLDER: the tests that failed there, by name.
failures()
{
	find "$1" -name '*.trs' -exec \
	    grep -l -E '^:test-result: (FAIL|XPASS|ERROR)' {} + | sort |
	    sed "s|^$1/||; s|\.trs\$||"
}

# again NAME FOLDER: what failed among many, each by itself.
again()
{
	for t in $(failures "$2"); do
		show "$2/$t.log" 60 >"$work/first"
		if timeout -k 20 600 make -C "$2" check TESTS="$t" \
		    >"$work/log" 2>&1; then
			echo "unstable $1: $t passed by itself; before:"
			cat "$work/first"
			unstable=$((unstable + 1))
		fi
	done
}

# check NAME FOLDER [MAKE'S...]: make check there.  Its tests are counted one by
# one; they wait more than they work.
check()
{
	name=$1 folder=$2 start=$(now)
	shift 2
	timeout -k 20 $patience make -C "$folder" -j"$(($(nproc) * 3))" check \
	    "$@" >"$work/log" 2>&1
	status=$?
	f=$(results "$folder" FAIL XPASS ERROR)
	if [ "$f" -gt 0 ] && [ "$f" -le 5 ]; then
		cp "$work/log" "$work/whole"
		again "$name" "$folder"
		cp "$work/whole" "$work/log"
		f=$(results "$folder" FAIL XPASS ERROR)
		# make's status was about these; without any it is about the rest.
		[ "$f" -gt 0 ] || [ $status -ne 2 ] || status=0
	fi
	p=$(results "$folder" PASS XFAIL)
	s=$(results "$folder" SKIP)
	echo "      $name: make check: $p passed, $f failed, $s skipped" \
	    "($(($(now) - start)) s)"
	for t in $(failures "$folder"); do
		echo "FAIL  $name: $t"
		show "$folder/$t.log" 60
	done
	# Cut short, or not even built.
	if [ $status -ne 0 ] && [ "$f" -eq 0 ] || [ $((p + s)) -eq 0 ]; then
		[ $status -ne 0 ] || status=1
		count $status "$name: make check" $(($(now) - start)) \
		    "$work/log"
	fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

build=contrib/build.sh

# What computes and never waits, in the time that nothing else wants: a test is
# not kept from a CPU by it.  Runs in a process of its own.
compute()
{
	passed=0 failed=0 skipped=0 log=$work/compute.log
	! command -v chrt >/dev/null || gently='chrt --idle 0'
	step "build: clang" $((2 * patience)) $build "$work/clang" \
	    --enable-werror CC=clang &&
	    step "build: clang, tests" $((2 * patience)) \
		make -C "$work/clang" -j"$(nproc)" check TESTS=
	for lint in $(tests/lint.sh -l); do
		step "lint: $lint" $((2 * patience)) tests/lint.sh "$lint"
	done
	echo "$passed $failed $skipped" >"$work/computed"
}

# What it found.
computed()
{
	wait "$beside"
	beside=
	cat "$work/compute.said"
	if read -r p f s <"$work/computed"; then
		passed=$((passed + p)) failed=$((failed + f)) \
		    skipped=$((skipped + s))
	else
		count 1 "clang and lints" 0 "$work/compute.log"
	fi
}

if step "packages" 600 contrib/packages.sh build quickstart test package \
    ${long:+container}; then
	# The systems of tests/system have Debian's own: system/libssh adds this.
	if [ "$long" ] && step "build: libssh 0.12" 1200 \
	    tests/libssh.sh "$work/libssh" --enable-werror; then
		ETPH_LIBSSH=$work/libssh/packages
		export ETPH_LIBSSH
		check "libssh 0.12" "$work/libssh/build" SYSTEM_TESTS=
	fi
	# It also makes configure, which the others take as it is.
	step "build: gcc" 300 $build "$work/gcc" --enable-werror
	built=$?
	compute >"$work/compute.said" 2>&1 &
	beside=$!
	[ $built -ne 0 ] || check gcc "$work/gcc"
	# shellcheck disable=SC2016 # make's variable
	[ ! "$long" ] || ! step "build: for PostgreSQL" 600 \
	    $build "$work/postgresql" --enable-werror ||
	    ETPH_STORE=postgresql check PostgreSQL "$work/postgresql" \
		'TESTS=$(filter-out $(SQLITE_TESTS),$(REGRESS_TESTS))'
	# shellcheck disable=SC2086 # words of make's
	step "build: sanitizers" 300 $build "$work/sanitize" \
	    --enable-werror --enable-sanitize &&
	    check sanitizers "$work/sanitize" $fewer
	# Each of the targets for so long, as many at once as there are CPUs.
	if [ "$long" ]; then
		step "fuzz" 900 tests/fuzz/run.sh 60
	else
		step "fuzz" 300 tests/fuzz/run.sh 2
	fi
	step "quickstart" 300 env CFLAGS=-O0 contrib/quickstart.sh
	if [ "$long" ]; then
		step "distcheck" 1200 make -C "$work/gcc" distcheck
	else
		step "distcheck, its tests not run" 600 \
		    make -C "$work/gcc" -j"$(nproc)" distcheck TESTS= \
		    DISTCHECK_CONFIGURE_FLAGS=CFLAGS=-O0
	fi
	computed
fi

line="$passed passed, $failed failed"
[ $skipped -eq 0 ] || line="$line, $skipped skipped"
[ $unstable -eq 0 ] || line="$line, $unstable of the passed unstable"
echo "$line"
[ $failed -eq 0 ] && [ $unstable -le 5 ]
