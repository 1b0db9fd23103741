# shellcheck shell=sh disable=SC2154
# Operators' pages: the first screen of a large fleet, and what pages that stay
# open cost while the fleet polls.

page_prepare() {
	need python3 python3
	(umask 077 && "$tool/bench-fleet" key operator >"$tmp/operator")
}

# A server with so many devices, all of which have polled.
page_start() { # NAME DEVICES
	server=$1
	mkdir "$tmp/$server"
	cp "$tmp/$name/dir" "$tmp/$server/dir"
	say "page: adding $2 devices"
	fill "$tmp/$server/store.db" "$2"
	python3 "$here/page.py" fill "$tmp/$server/store.db"
	start "$server"
}

# An operator of its own, who sees the devices by their tag: its key is $key.
page_operator() { # NAME NUMBER
	key=$tmp/operator-$2
	(umask 077 && "$tool/bench-fleet" key $((20000000 + $2)) >"$key")
	ssh-keygen -y -f "$key" >"$key.pub"
	"$(cat "$tmp/$1/dir")/../admin/et-admin" -c "$tmp/$1/conf" operator \
		add "op$2" --key "$key.pub" --role operator --tag fleet \
		>"$tmp/$1/admin.log" 2>&1 || die "$(tail -n 1 "$tmp/$1/admin.log")"
}

# A connection of this operator, with a page on a port of its own: $sport.
page_open() { # NAME OPERATOR KEY
	sport=$("$tool/bench-pump" port)
	ssh -n -N -F none -i "$3" -p "$(cat "$tmp/$1/port")" \
		-o BatchMode=yes -o IdentitiesOnly=yes -o LogLevel=ERROR \
		-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
		-o ExitOnForwardFailure=yes -L "$sport:fleet:80" \
		"$2@127.0.0.1" 2>>"$tmp/$1/ssh.log" &
	clients="$clients $!"
	page_ssh="${page_ssh:-} $!"
	python3 "$here/page.py" listens "$sport" ||
		die "no page: $(tail -n 1 "$tmp/$1/ssh.log")"
}

page_close() {
	for pid in $page_ssh; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	page_ssh=
}

page_first() { # NAME
	page_start "$1.first" 100000
	page_open "$1.first" operator "$tmp/operator"
	pid=$(cat "$tmp/$1.first/pid")
	python3 "$here/page.py" first "$sport" 1 >"$tmp/first" ||
		die "the first screen failed: see above"
	read -r cold _ gzip plain <"$tmp/first"
	figure page-first "$1" "$cold" ms '<= 300' 1
	figure page-first-cpu "$1" \
		"$(calc "$(python3 "$here/page.py" cpu "$pid") * 1000")" ms '' 1
	python3 "$here/page.py" first "$sport" 11 >"$tmp/first" ||
		die "the first screen failed: see above"
	read -r _ median _ <"$tmp/first"
	figure page-again "$1" "$median" ms '' 11
	figure page-bytes "$1" "$gzip" bytes '<= 153600' 1
	figure page-bytes-plain "$1" "$plain" bytes '' 1
	figure page-rss "$1" "$(python3 "$here/page.py" rss \
		"$pid")" KiB '<= 12288' 1
	page_close
	stop "$1.first"
}

# CPU a poll, of all processes but the pages, and what these used a second.
page_polls() { # NAME SUFFIX
	pid=$(cat "$tmp/$1.pages/pid")
	all=$(cpu "$1.pages") pages=$(python3 "$here/page.py" cpu "$pid")
	# shellcheck disable=SC2046
	"$tool/bench-poll" $(target "$1.pages") -n "$polls" >"$tmp/poll" ||
		die "polls of $1 failed: see above"
	read -r _ seconds <"$tmp/poll"
	sleep 2 # heartbeats are written in groups
	all=$(calc "$(cpu "$1.pages") - $all")
	pages=$(calc "$(python3 "$here/page.py" cpu "$pid") - $pages")
	sample "page-poll-cpu$2" "$1" "$(calc "($all - $pages) * 1000 / $polls")"
	sample "page-all-cpu$2" "$1" "$(calc "$all * 1000 / $polls")"
	sample "page-cpu$2" "$1" "$(calc "$pages * 1000 / ($seconds + 2) / $open")"
	sample "page-poll-rate$2" "$1" "$(calc "$polls / $seconds")"
}

page_watched() { # NAME
	page_start "$1.pages" 10000
	# shellcheck disable=SC2046
	"$tool/bench-poll" $(target "$1.pages") -n 50 >"$tmp/poll" ||
		die "polls of $1 failed: see above"
	for round in $(seq "$count"); do
		page_polls "$1" ''
	done
	ports=
	for number in $(seq "$open"); do
		page_operator "$1.pages" "$number"
		page_open "$1.pages" "op$number" "$key"
		ports="$ports $sport"
	done
	mkfifo "$tmp/watching"
	# shellcheck disable=SC2086
	python3 "$here/page.py" watch $ports >"$tmp/watching" &
	watcher=$!
	clients="$clients $watcher"
	read -r _ <"$tmp/watching" || die "no pages: see above"
	rm "$tmp/watching"
	for round in $(seq "$count"); do
		say "page: round $round of $count, $open pages open"
		page_polls "$1" -watched
	done
	kill -0 "$watcher" 2>/dev/null || die "the browsers ended: see above"
	kill "$watcher"
	page_close
	stop "$1.pages"
	medians page-poll-cpu ms '' "$1"
	medians page-poll-cpu-watched ms '' "$1"
	medians page-all-cpu-watched ms '' "$1"
	medians page-poll-rate-watched /s '' "$1"
	medians page-cpu-watched ms/s '<= 10' "$1"
}

figure_page() {
	count=3 polls=2000 open=50
	! $short || polls=1000
	page_prepare
	for name in $ours; do
		page_first "$name"
		page_watched "$name"
	done
}
