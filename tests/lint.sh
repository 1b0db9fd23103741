#!/bin/sh
# What reads the sources without running them.
#
#	lint.sh [NAME]		one of them, by default all
#	lint.sh -l		lists their names
#
# Each prints what it found.  Exit status: 0 clean, 1 not; 77: the one asked
# for cannot run here.
set -eu

cd "$(dirname "$0")/.."
all="cppcheck format shellcheck mandoc systemd python house pictures"
all="$all circles analyzer-gcc analyzer-clang"

# Files of the tree, not of a build in it, whose names match.
sources()
{
	find . \( -name .git -o -name 'build*' -o -name autom4te.cache -o \
	    -name 'et-phone-home-*' \) -prune -o -type f -name "$1" -print |
	    sort
}

# Files that start as a shell script does.
scripts()
{
	find . \( -name .git -o -path './build*' -o -name autom4te.cache -o \
	    -name 'et-phone-home-*' \) -prune -o -type f -size -200k \
	    ! -name 'configure*' ! -name config.status -print |
	    while read -r file; do
		head -n 1 "$file" | tr -d '\0' |
		    grep -Eq '^#! ?/(usr/)?bin/(env )?(da|ba)?sh' &&
		    echo "$file"
	done | sort
}

lint_cppcheck()
{
	cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr \
	    --enable=warning,portability,performance \
	    --suppress=missingIncludeSystem --suppress=unknownMacro \
	    -j "$(nproc)" --include=tests/cppcheck.h \
	    -Ipolicy -Ipolicy/store -Isshd/common policy sshd admin notify tests
}

# analyzer WORD... runs a compiler on each file of the programs, as the build
# does, but for the flags that harden, which are of no use here.
# tests/analyzer has uthash and utlist as an analyzer can read them.
# What a compiler says is a finding, even if its status is 0.
analyzer()
{
	work=$(mktemp -d)
	top=$PWD
	trap 'rm -rf "$work"' EXIT
	if [ ! -x configure ]; then
		echo "there is no configure: autoreconf -fi makes it"
		return 1
	fi
	(cd "$work" && "$top/configure" -q)
	for part in policy sshd/common sshd/monitor sshd/worker sshd/keeper \
	    sshd/link admin notify 'sshd/console admin' 'sshd/page admin'; do
		analyze_part "$part" "$@" >>"$work/found" 2>&1 ||
		    echo "$part: the compiler failed" >>"$work/found"
	done
	[ -s "$work/found" ] || return 0
	cat "$work/found"
	return 1
}

# analyze_part "FOLDER [INCLUDED...]" WORD...: the files of the folder, with
# the headers of it, of those included and of the shared ones.  Where the
# installed folders are does not matter.
analyze_part()
{
	part=$1
	shift
	# shellcheck disable=SC2086 # folders
	includes=$(find $part policy sshd/common -type d | sed 's/^/-I/')
	includes="$includes $(pkg-config --cflags libpq)"
	# shellcheck disable=SC2086 # options without spaces
	find "${part%% *}" -name '*.c' | sort | xargs -P "$(nproc)" -n 1 \
	    "$@" -std=gnu11 -Itests/analyzer -I"$work" $includes \
	    -DETPH_SYSCONFDIR='"/etc"' \
	    -DETPH_STATEDIR='"/var"' -DETPH_DATADIR='"/usr/share"' \
	    -DETPH_DOCDIR='"/usr/share/doc"' \
	    -DETPH_SBINDIR='"/usr/sbin"' -DETPH_LIBEXECDIR='"/usr/libexec"'
}

# Off is malloc-leak: to gcc 12 memory is lost once a pointer to it stands in
# an array, is one into its middle or is behind another pointer.  Clang finds
# leaks, and so do the tests with the sanitizers.
lint_analyzer_gcc()
{
	gcc -fanalyzer -x c -c -o /dev/null /dev/null 2>/dev/null || return 77
	analyzer gcc -O1 -fanalyzer -Wno-analyzer-malloc-leak -c -o /dev/null
}

# Everything that clang's analyzer does by default.
lint_analyzer_clang()
{
	clang --analyze -x c -o /dev/null /dev/null 2>/dev/null || return 77
	analyzer clang --analyze --analyzer-output text
}

# Another version of clang-format has other opinions.  Headers are tables,
# aligned by hand.
lint_format()
{
	format=clang-format-14
	command -v "$format" >/dev/null || format=clang-format
	"$format" --version | grep -q 'version 14\.' || return 77
	sources '*.c' | xargs -r "$format" --dry-run -Werror
}

lint_shellcheck()
{
	scripts | xargs shellcheck -x -P .
	sources '*.bash' | xargs -r shellcheck -s bash
}

# mandoc ends 0 when it has found something.  Which other pages are installed
# here is not the page's fault.
lint_mandoc()
{
	found=$(sources '*.[1-8]' | xargs -r mandoc -Tlint 2>&1 |
	    grep -v -e 'referenced manual not found' \
		-e 'outdated mandoc.db' || :)
	[ -z "$found" ] || { echo "$found"; return 1; }
}

# The units, with a command that is there.
lint_systemd()
{
	command -v systemd-analyze >/dev/null || return 77
	units=$(mktemp -d)
	for unit in contrib/systemd/*.service.in; do
		name=${unit##*/}
		sed -e 's,@sbindir@/et-[a-z]*,/bin/true,' -e 's,@[a-z]*@,/var,' "$unit" \
		    >"$units/${name%.in}"
	done
	for unit in contrib/systemd/*.timer contrib/systemd/*.socket \
	    device/systemd/*.service device/systemd/*.timer; do
		sed 's,=/usr/sbin/et-phone-home,=/bin/true,' "$unit" \
		    >"$units/${unit##*/}"
	done
	found=$(systemd-analyze verify --man=no "$units"/* 2>&1 |
	    grep -F "$units" || :)
	mkdir "$units/etc"
	found=$found$(sed 's,@[a-z]*@,/var,' contrib/systemd/sysusers.d/*.in |
	    systemd-sysusers --root="$units" - 2>&1 | grep -v '^Creating' || :)
	rm -r "$units"
	[ -z "$found" ] || { echo "$found"; return 1; }
}

lint_python()
{
	sources '*.py' | xargs -r /usr/bin/python3 -c '
import sys
for name in sys.argv[1:]:
    compile(open(name, "rb").read(), name, "exec")
'
}

# Includes of our own headers in a folder, and in those in it, that are not in
# the folders named.
strays()
{
	folder=$1
	grep -rHo --include='*.[ch]' '^#include "[^"]*"' "$folder" |
	    sed 's/:#include "/ /; s/"$//' |
	    while read -r file header; do
		[ "$header" = config.h ] && continue
		[ -n "$(find "$@" -name "$header")" ] && continue
		echo "$file: must not include $header"
	done
}

# Above the backends stand no words of one of them but in store.c's table and
# in what people write; a backend includes nothing above store_backend.h.
backend_stays()
{
	grep -EHn 'PRAGMA|OR (REPLACE|IGNORE)|sqlite|pgsql' \
	    policy/store/store_*.c | sed 's/$/: of one backend/'
	grep -rHn '#include "store_[a-z]*\.h"' policy/store/*/ |
	    grep -v -e 'store_backend\.h' -e 'store_view\.h' \
		-e 'store_sqlite\.h' -e 'store_pgsql\.h' |
	    sed 's/$/: above the backend/'
}

# sshd/README.md, "who may include whom", and whether it knows each module.
lint_house()
{
	found=$(
		strays policy
		strays sshd/common
		strays sshd/worker sshd/common
		strays sshd/keeper sshd/common policy
		strays sshd/monitor sshd/common policy
		strays admin policy
		strays notify sshd/common
		grep -rH '#include "store' sshd/monitor policy/*.[ch] |
		    grep -v store_url || :
		backend_stays
		find policy sshd -name '*.[ch]' | sort | while read -r file; do
			module=${file##*/}
			grep -q "\`${module%.*}\`" sshd/README.md ||
			    echo "sshd/README.md does not know $file"
		done
		find notify -name '*.[ch]' | sort | while read -r file; do
			module=${file##*/}
			grep -q "\`${module%.*}\`" notify/README.md ||
			    echo "notify/README.md does not know $file"
		done
	)
	[ -z "$found" ] || { echo "$found"; return 1; }
}

# Each picture of doc/ is what its text says.
lint_pictures()
{
	doc/pictures.sh -c
}

# Calls go down (sshd/README.md): no files of a program that call each other in
# a circle, and an end that is only marked where it is asked for.
lint_circles()
{
	gcc --help=common 2>/dev/null | grep -q -e -fcallgraph-info || return 77
	/usr/bin/python3 tests/circles.py
}

lint()
{
	case $1 in
	cppcheck)	lint_cppcheck ;;
	format)		lint_format ;;
	shellcheck)	lint_shellcheck ;;
	mandoc)		lint_mandoc ;;
	systemd)	lint_systemd ;;
	python)		lint_python ;;
	house)		lint_house ;;
	pictures)	lint_pictures ;;
	circles)	lint_circles ;;
	analyzer-gcc)	lint_analyzer_gcc ;;
	analyzer-clang)	lint_analyzer_clang ;;
	*)
		echo "usage: ${0##*/} [-l] [NAME]" >&2
		return 2
		;;
	esac
}

if [ "${1-}" = -l ]; then
	echo "$all" | tr ' ' '\n'
	exit 0
fi
if [ $# -eq 1 ]; then
	lint "$1"
	exit
fi
status=0
for name in $all; do
	if "$0" "$name"; then
		echo "$name: clean"
	elif [ $? -eq 77 ]; then
		echo "$name: cannot run here"
	else
		echo "$name: FAILED"
		status=1
	fi
done
exit $status
