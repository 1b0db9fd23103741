#!/bin/sh
# The model of wish, tunnel and ticket (relay.pml), by spin: what is checked holds
# in every state within the bounds named, and each BROKEN_ variant, which leaves
# one rule out, fails.  With ETPH_LONG=1 the bounds are wider, and all variants
# are tried.
set -eu

model=$(cd "$(dirname "$0")" && pwd)/relay.pml
for tool in spin cc; do
	command -v $tool >/dev/null || {
		echo "SKIP: no $tool (Debian: sudo contrib/packages.sh test)"
		exit 77
	}
done
optimise=-O0
[ ! "${ETPH_LONG-}" ] || optimise=-O2
work=$(mktemp -d "${TMPDIR:-/tmp}/relay.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"

# verify KIND BOUND...: KIND is safe (assertions, and the last state), live
# (wish_is_served, under weak fairness) or some (as safe, states by their hashes
# in 256 MiB and in random order: what is found is true, what is not is likely).
verify()
{
	kind=$1
	shift
	case $kind in
	safe)	cflags=-DSAFETY args='' property='' ;;
	live)	cflags=-DNFAIR=6 args='-a -f' property=-DLIVE ;;
	some)	cflags='-DSAFETY -DBITSTATE -DT_RAND -DP_RAND'
		args='-RS3 -w31' property='' ;;
	esac
	# shellcheck disable=SC2086 # words
	{
		spin -a $property "$@" "$model" &&
		cc $optimise -w -DVECTORSZ=4096 -DMEMLIM=8000 $cflags \
		    -o pan pan.c &&
		timeout 300 ./pan -m500000 $args
	} 2>&1 || true
}

# holds KIND BOUND...
holds()
{
	said=$(verify "$@")
	case $1:$said in
	*pan:1:*)	;;
	*'errors: 0'*)	echo "holds: $*"; return ;;
	# Of many states those are looked at that the time allows.
	some:*Depth=*)	echo "holds in part of the states: $*"; return ;;
	esac
	echo "$said"
	echo "FAILED: $*"
	exit 1
}

# fails HOW KIND VARIANT BOUND...
fails()
{
	how=$1
	shift
	said=$(verify "$@")
	case $said in
	*"pan:1: $how"*)	echo "fails, as it must: $*" ;;
	*)	echo "$said"; echo "NOT FOUND: $*"; exit 1 ;;
	esac
}

holds safe
holds live
fails assertion safe -DBROKEN_ECHO
fails assertion safe -DBROKEN_TWICE
fails acceptance live -DBROKEN_EXPIRE
[ "${ETPH_LONG-}" ] || exit 0

fails assertion safe -DBROKEN_LATE -DSLOW=1
fails assertion safe -DBROKEN_NODE
fails assertion safe -DBROKEN_ROW
fails assertion safe -DBROKEN_STALE -DSTAYS -DKILLS=1
fails acceptance live -DBROKEN_FORGET -DSLOW=1
fails acceptance live -DBROKEN_TAKEOVER -DKILLS=1
fails assertion safe -DBROKEN_PORT -DD=2 -DSTANDING
holds safe -DDROPS=1
holds safe -DKILLS=1
holds safe -DKILLS=1 -DSTAYS
holds safe -DGIVEUP
holds live -DDROPS=1 -DSLOW=1
holds live -DKILLS=1
holds live -DCUTS=1
holds some -DKILLS=1 -DCUTS=1 -DDROPS=1 -DSLOW=1 -DGIVEUP -DCROSSING -DT=2
holds some -DKILLS=1 -DCUTS=1 -DD=2 -DOPS=2 -DGIVEUP -DT=2
