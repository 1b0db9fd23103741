# shellcheck shell=sh disable=SC2154
# A scrape of metrics-listen at 100,000 devices, without and with a series of
# each device.

metrics_scrape() { # NAME PATH COUNT
	for _ in $(seq "$3"); do
		curl -sS -o "$tmp/scraped" -w '%{time_total}\n' \
			"http://127.0.0.1:$mport$2" || die "no scrape of $1"
	done | sort -n | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'
}

metrics_one() { # NAME
	server=$1.metrics
	mkdir "$tmp/$server"
	cp "$tmp/$1/dir" "$tmp/$server/dir"
	say "metrics: adding 100000 devices"
	fill "$tmp/$server/store.db" 100000
	mport=$("$tool/bench-pump" port)
	options="metrics-listen = \"127.0.0.1:$mport\""
	start "$server"
	options=
	metrics_scrape "$1" /metrics 1 >/dev/null # it starts the process
	figure metrics-scrape "$1" \
		"$(calc "$(metrics_scrape "$1" /metrics 21) * 1000")" ms '<= 50' 21
	figure metrics-series "$1" "$(grep -vc '^#' "$tmp/scraped")" series '' 1
	figure metrics-devices-scrape "$1" \
		"$(calc "$(metrics_scrape "$1" '/metrics?devices=1' 3) * 1000")" ms '' 3
	figure metrics-devices-series "$1" \
		"$(grep -vc '^#' "$tmp/scraped")" series '' 1
	stop "$server"
}

figure_metrics() {
	need curl curl
	for name in $ours; do
		metrics_one "$name"
	done
}
