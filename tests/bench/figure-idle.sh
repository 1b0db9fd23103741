# shellcheck shell=sh disable=SC2154
# Memory of an idle authenticated connection with one session channel.

idle_count() {
	case $1 in
	openssh | dropbear) n=200 ;;
	*) n=2000 ;;
	esac
	! $short || n=$((n / 4))
	echo "$n"
}

# A server of its own for each round: what was once used is not given back.
idle_round() { # NAME
	start "$1"
	pid=$(cat "$tmp/$1/pid") n=$(idle_count "$1")
	# shellcheck disable=SC2046
	"$tool/bench-poll" $(target "$1") -n 50 >"$tmp/poll" ||
		die "polls of $1 failed: see above"
	quiet "$1"
	"$tool/bench-usage" memory "$pid" >"$tmp/before"
	# shellcheck disable=SC2016,SC2046
	"$tool/bench-idle" $(target "$1") -n "$n" sh -c '
		"$0" quiet "$1" && "$0" memory "$1" >"$2"' \
		"$tool/bench-usage" "$pid" "$tmp/after" ||
		die "connections to $1 failed: see above"
	stop "$1"
	read -r rss0 pss0 _ <"$tmp/before"
	read -r rss1 pss1 processes <"$tmp/after"
	sample idle-rss "$1" "$(calc "($rss1 - $rss0) / $n")"
	[ "$pss1" -lt 0 ] ||
		sample idle-pss "$1" "$(calc "($pss1 - $pss0) / $n")"
	say "idle: $1 held $n connections in $processes processes"
}

figure_idle() {
	count=3
	! $short || count=1
	# shellcheck disable=SC2086
	set -- $ours $peers
	for round in $(seq "$count"); do
		say "idle: round $round of $count"
		for name in "$@"; do
			idle_round "$name"
		done
	done
	medians idle-rss KiB '<= 32' "$@"
	medians idle-pss KiB '' "$@"
	for name in $peers; do
		compare idle-rss "$name" ''
	done
	against_first idle-rss
}
