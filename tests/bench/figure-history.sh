# shellcheck shell=sh disable=SC2154
# What history costs: bytes a device for 90 days, rows that are written a
# second, and the time of a report over 100,000 devices and 30 days.

history_bytes() { # STORE: with its log
	stat -c %s "$1" "$1-wal" 2>/dev/null | awk '{ n += $1 } END { print n }'
}

# Devices whose 90 days fit into the time: of all there are 216 million hours.
history_fill() { # STORE DEVICES DAYS
	mkdir -p "$tmp/history"
	"$tool/bench-fleet" fill "sqlite:$1" "$2" 22
	before=$(history_bytes "$1")
	rate=$("$tool/bench-history" write "sqlite:$1" "$2" "$3")
	bytes=$(calc "($(history_bytes "$1") - $before) / $2")
}

figure_history() {
	many=1000
	! $short || many=200
	say "history: 90 days of $many devices"
	history_fill "$tmp/history/days.db" $many 90
	figure history-90d-bytes et-sshd "$bytes" bytes '<= 65536' 1
	figure history-90d-devices et-sshd "$many" devices '' 1
	figure history-rows et-sshd "$rate" rows/s '>= 300' 1
	say "history: a report over 100,000 devices"
	history_spans "$tmp/history/spans.db"
	for round in 1 2 3; do
		seconds=$("$tool/bench-history" report \
		    "sqlite:$tmp/history/spans.db")
		sample report et-sshd "$seconds"
	done
	figure history-report-100000 et-sshd "$(median report et-sshd)" s \
		'<= 2' 3
}

# 100,000 devices, each of which was gone twice in 30 days.
history_spans() { # STORE
	"$tool/bench-fleet" fill "sqlite:$1" 100000 22
	"$tool/bench-history" spans "sqlite:$1" 100000 30
}
