#!/bin/sh
# Measures the server against OpenSSH's and dropbear's: see README.md here.
set -eu

usage() {
	cat >&2 <<-'END'
	usage: tests/bench/run.sh [--json] [--short] [--build DIR]
	           [--server DIR [--server DIR]] [poll] [idle] [forward] [store]
	           [load] [held] [jump] [history] [page] [metrics]
	           [nodes] [scale]
	  --json    one JSON object a figure
	  --short   four minutes instead of eleven: fewer rounds, less sure
	  --build   the build tree (default: this folder, then the sources')
	  --server  the folder of an et-sshd (default: sshd/ of the build tree);
	            a second one is measured beside it, in the same rounds
	END
	exit 2
}

here=$(cd "$(dirname "$0")" && pwd)
json=false short=false build='' servers='' figures=''
while [ $# -gt 0 ]; do
	case $1 in
	--json) json=true ;;
	--short) short=true ;;
	--build) [ $# -gt 1 ] || usage; build=$2; shift ;;
	--server)
		[ $# -gt 1 ] || usage
		servers="$servers $(cd "$2" && pwd)"
		shift ;;
	poll | idle | forward | store | load | held | jump | history | page | metrics | \
		nodes | scale)
		figures="$figures $1" ;;
	*) usage ;;
	esac
	shift
done
figures=${figures:-poll idle forward store load held jump history page metrics nodes scale}

die() {
	echo "bench: $*" >&2
	exit 1
}

say() {
	echo "bench: $*" >&2
}

find_build() {
	for build in "$build" . "$here/../.."; do
		[ -x "${build:-/nowhere}/tests/bench/bench-poll" ] || continue
		build=$(cd "$build" && pwd)
		return
	done
	die "not built: run make bench in the build tree"
}

need() { # program package
	command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] ||
		die "missing $1: apt-get install $2"
}

find_build
tool=$build/tests/bench
servers=${servers:-$build/sshd}
for dir in $servers; do
	[ -x "$dir/et-sshd" ] || die "no et-sshd in $dir"
done
need ssh openssh-client
need openssl openssl
PATH=$PATH:/usr/sbin

tmp=$(mktemp -d "${TMPDIR:-/tmp}/et-bench.XXXXXX")
chmod 755 "$tmp"
clients=''
clean() {
	trap - EXIT
	for pid in $clients; do
		kill "$pid" 2>/dev/null || :
	done
	for file in "$tmp"/*/pid; do
		[ -f "$file" ] || continue
		kill "$(cat "$file")" 2>/dev/null || :
	done
	wait
	rm -rf "$tmp"
}
trap clean EXIT
trap 'exit 130' INT TERM HUP

# shellcheck source=tests/bench/servers.sh
. "$here/servers.sh"
# shellcheck source=tests/bench/report.sh
. "$here/report.sh"
# shellcheck source=tests/bench/figure-poll.sh
. "$here/figure-poll.sh"
# shellcheck source=tests/bench/figure-idle.sh
. "$here/figure-idle.sh"
# shellcheck source=tests/bench/figure-forward.sh
. "$here/figure-forward.sh"
# shellcheck source=tests/bench/figure-store.sh
. "$here/figure-store.sh"
# shellcheck source=tests/bench/figure-load.sh
. "$here/figure-load.sh"
# shellcheck source=tests/bench/figure-held.sh
. "$here/figure-held.sh"
# shellcheck source=tests/bench/figure-jump.sh
. "$here/figure-jump.sh"
# shellcheck source=tests/bench/figure-history.sh
. "$here/figure-history.sh"
# shellcheck source=tests/bench/figure-page.sh
. "$here/figure-page.sh"
# shellcheck source=tests/bench/figure-metrics.sh
. "$here/figure-metrics.sh"
# shellcheck source=tests/bench/figure-nodes.sh
. "$here/figure-nodes.sh"
# shellcheck source=tests/bench/figure-scale.sh
. "$here/figure-scale.sh"

prepare
report_begin
for figure in $figures; do
	say "$figure"
	"figure_$figure"
done
