# shellcheck shell=sh disable=SC2154
# Always-on devices, each with "wait 1" and a forward that stands, all on one
# server at a time: the memory of each connection, and of each process.

held_prepare() {
	# shellcheck disable=SC3045
	ulimit -n "$(ulimit -H -n)"
	# shellcheck disable=SC3045
	[ "$(ulimit -n)" -ge $((n + 2000)) ] ||
		die "held: needs $((n + 2000)) descriptors: see ulimit -H -n"
}

# RSS of the processes of each kind, KiB: "held-NAME KIB".
held_kinds() { # FILE
	awk '{ sum[$1] += $3 } END { for (k in sum) print k, sum[k] }' "$1"
}

held_round() { # NAME
	server=$1.held
	mkdir "$tmp/$server"
	cp "$tmp/$1/dir" "$tmp/$server/dir"
	fill "$tmp/$server/store.db" "$n"
	start "$server"
	pid=$(cat "$tmp/$server/pid")
	# shellcheck disable=SC2046
	"$tool/bench-poll" $(target "$server") -n 50 >"$tmp/poll" ||
		die "polls of $server failed: see above"
	quiet "$server"
	"$tool/bench-usage" memory "$pid" >"$tmp/before"
	"$tool/bench-usage" each "$pid" >"$tmp/each-before"
	from=$(date +%s.%N)
	# shellcheck disable=SC2016,SC2046
	"$tool/bench-idle" $(target "$server") -n "$n" -w 22 sh -c '
		date +%s.%N >"$3" && "$0" quiet "$1" &&
		"$0" memory "$1" >"$2" && "$0" each "$1" >"$4"' \
		"$tool/bench-usage" "$pid" "$tmp/after" "$tmp/held-at" \
		"$tmp/each-after" || die "connections to $1 failed: see above"
	held_report "$1"
	stop "$server"
	rm -r "${tmp:?}/$server"
}

held_report() { # NAME
	read -r rss0 pss0 _ <"$tmp/before"
	read -r rss1 pss1 processes <"$tmp/after"
	say "held: $1 held $n connections in $processes processes"
	while read -r kind _ rss peak fds; do
		say "held: $kind: RSS $rss KiB, at most $peak; $fds descriptors"
	done <"$tmp/each-after"
	figure held-connections "$1" "$n" '' '' 1
	figure held-login "$1" \
		"$(calc "$(cat "$tmp/held-at") - $from")" s '' 1
	figure held-rss "$1" "$(calc "($rss1 - $rss0) / $n")" KiB '<= 32' 1
	[ "$pss1" -lt 0 ] ||
		figure held-pss "$1" "$(calc "($pss1 - $pss0) / $n")" KiB '' 1
	held_kinds "$tmp/each-before" | sort >"$tmp/kinds-before"
	held_kinds "$tmp/each-after" | sort |
		join "$tmp/kinds-before" - | while read -r kind kib0 kib1; do
		figure "held-rss-$kind" "$1" \
			"$(calc "($kib1 - $kib0) / $n")" KiB '' 1
	done
}

figure_held() {
	n=10000
	! $short || n=2500
	held_prepare
	for name in $ours; do
		held_round "$name"
	done
}
