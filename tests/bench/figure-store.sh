# shellcheck shell=sh disable=SC2154
# What a large store costs: CPU a poll and the time to start.

# A twin of each of ours: the same server on a store of 100,000 devices.
many_of() {
	echo "$1.many"
}

few_and_many() {
	for name in $ours; do
		many=$(many_of "$name")
		for server in "$name.few" "$many"; do
			mkdir "$tmp/$server"
			cp "$tmp/$name/dir" "$tmp/$server/dir"
		done
		say "store: adding 100,000 devices"
		server=$name.few
		fill "$tmp/$server/store.db" 10
		server=$many
		fill "$tmp/$server/store.db" 100000
	done
}

start_timed() { # NAME
	for round in $(seq "$count"); do
		start "$1"
		sample start "$1" "$(cat "$tmp/$1/seconds")"
		sample start-cpu "$1" "$(cpu "$1")"
		quiet "$1"
		[ "$round" -eq "$count" ] || stop "$1"
	done
}

figure_store() {
	count=5
	! $short || count=3
	few_and_many
	for name in $ours; do
		start_timed "$name.few"
		start_timed "$name.many"
	done
	for round in $(seq "$count"); do
		say "store: round $round of $count"
		for name in $ours; do
			poll_round "$name.few" "$(polls_of few)" -store
			poll_round "$name.many" "$(polls_of many)" -store
		done
	done
	for name in $ours; do
		stop "$name.few" "$name.many"
		store_report
	done
}

store_report() {
	figure store-10-cpu "$name" "$(median poll-cpu-store "$name.few")" \
		ms '' "$count"
	figure store-100000-cpu "$name" \
		"$(median poll-cpu-store "$name.many")" ms '' "$count"
	figure store-100000-cpu/10 "$name" "$(ratio poll-cpu-store \
		"$name.many" "$name.few")" ratio '<= 1.10' "$count"
	figure store-10-start "$name" "$(median start "$name.few")" s '' \
		"$count"
	figure store-100000-start "$name" "$(median start "$name.many")" s \
		'<= 2' "$count"
	figure store-100000-start-cpu "$name" \
		"$(median start-cpu "$name.many")" s '' "$count"
}
