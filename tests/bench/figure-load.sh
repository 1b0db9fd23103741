# shellcheck shell=sh disable=SC2154
# Strangers and crowds: does a device get in, do live forwards go on, does the
# server become again what it was?

probe_device=1		# 0 holds the forward; the crowd begins at 10
probe_address=127.0.0.77	# of no stranger and no other device
crowd=10
flow_rate=500000	# bytes/s each way through the forward
processes='et-sshd et-sshd-worker et-sshd-keeper'

load_prepare() {
	need dbclient dropbear-bin
	# shellcheck disable=SC3045
	ulimit -n "$(ulimit -H -n)"
	# shellcheck disable=SC3045
	[ "$(ulimit -n)" -ge 12000 ] ||
		die "load: needs 12,000 descriptors: see ulimit -H -n"
	echo n >"$tmp/no"
	(umask 077 && "$tool/bench-fleet" key $probe_device >"$tmp/probe")
	dropbearconvert openssh dropbear "$tmp/probe" "$tmp/probe.db" \
		2>"$tmp/convert.log" || die "$(cat "$tmp/convert.log")"
	probe_name=$("$tool/bench-fleet" name $probe_device)
	service=$("$tool/bench-pump" port)
	"$tool/bench-flow" serve "$service" &
	clients="$clients $!"
}

# One poll by dropbear's client: its seconds, or "failed".
load_poll() { # NAME
	from=$(date +%s.%N)
	if HOME=$tmp/home dbclient -y -y -i "$tmp/probe.db" \
		-b $probe_address -p "$(cat "$tmp/$1/port")" \
		-l "$probe_name" 127.0.0.1 poll \
		<"$tmp/no" >"$tmp/poll.out" 2>"$tmp/poll.err" &&
		[ "$(cat "$tmp/poll.out")" = 0 ]; then
		from=$(calc "$(date +%s.%N) - $from")
		echo "$from"
	else
		say "a login failed: $(tail -n 1 "$tmp/poll.err")"
		echo failed
	fi
}

load_polls() { # NAME: the median of five
	for _ in 1 2 3 4 5; do
		load_poll "$1"
	done | sort -n | sed -n 3p
}

# A login every so many seconds, until there is a file "over"; and what the
# processes have then.
load_probe() { # NAME SECONDS
	until [ -e "$tmp/over" ]; do
		load_poll "$1" >>"$tmp/probes"
		"$tool/bench-usage" each "$(cat "$tmp/$1/pid")" >>"$tmp/each"
		sleep "$2"
	done
}

# The live forward, held by OpenSSH's client, and what runs through it.
load_forward() { # NAME
	sport=$(cat "$tmp/$1/sport")
	ssh -F none -N -p "$(cat "$tmp/$1/port")" -i "$tmp/device" \
		-l "$("$tool/bench-fleet" name 0)" -o BatchMode=yes \
		-o StrictHostKeyChecking=no -o LogLevel=ERROR \
		-o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes \
		-o ExitOnForwardFailure=yes \
		-R "$sport:127.0.0.1:$service" 127.0.0.1 2>"$tmp/client.log" &
	client=$!
	clients="$clients $client"
	for _ in $(seq 100); do
		"$tool/bench-flow" run "$sport" 0 1 >/dev/null 2>&1 && return
		sleep 0.1
	done
	die "the forward did not open: $(cat "$tmp/client.log")"
}

# The highest in a column of "bench-usage each" for the processes of a name.
load_most() { # FILE PROCESS COLUMN
	awk -v name="$2" -v c="$3" '
	$1 == name && $c > most + 0 { most = $c }
	END { print most + 0 }' "$1"
}

load_sum() { # FILE COLUMN
	awk -v c="$2" '{ sum += $c } END { print sum + 0 }' "$1"
}

load_each() { # NAME FILE
	"$tool/bench-usage" each "$(cat "$tmp/$1/pid")" >"$tmp/$2"
}

# et-admin's status: those that have not logged in, or wait
load_strangers() { # NAME
	"$build/admin/et-admin" -c "$tmp/$1/conf" --json status |
		grep -Eo '"(startups|waiting)": ?[0-9]+' |
		awk -F: '{ sum += $2 } END { print sum + 0 }'
}

# load_under NAME KIND SECONDS command ...: the command is the load; a probe
# every so many seconds.  Leaves what it said in $tmp/crowd.
load_under() {
	name=$1 kind=$2 every=$3
	shift 3
	say "load: $kind"
	rm -f "$tmp/over" "$tmp/probes" "$tmp/each"
	"$tool/bench-flow" run "$sport" 3600 $flow_rate >"$tmp/flow" &
	flow=$!
	clients="$clients $flow"
	before=$(load_polls "$name")
	load_each "$name" before
	cpu=$(cpu "$name")
	start=$(date +%s.%N)
	load_probe "$name" "$every" &
	probe=$!
	"$@" >"$tmp/crowd" || die "load: $kind: see above"
	seconds=$(calc "$(date +%s.%N) - $start")
	cpu=$(calc "$(cpu "$name") - $cpu")
	: >"$tmp/over"
	wait $probe
	sleep 5
	after=$(load_polls "$name")
	load_each "$name" after
	strangers=$(load_strangers "$name")
	cut=0
	kill "$flow" 2>/dev/null || :
	wait "$flow" || cut=1
	read -r bytes gap <"$tmp/flow"
	load_figures
}

# load_figure WHAT VALUE UNIT GOAL
load_figure() {
	figure "load-$kind-$1" "$name" "$2" "$3" "$4" 1
}

load_figures() {
	load_figure login "$(sort -n "$tmp/probes" | tail -n 1 |
		sed 's/failed/999/')" s '<= 2'
	load_figure login-failed "$(grep -c failed "$tmp/probes")" '' '<= 0'
	load_figure logins "$(grep -vc failed "$tmp/probes")" '' ''
	load_figure flow-cut "$cut" '' '<= 0'
	load_figure flow "$(calc "$bytes / 1e6")" MB ''
	load_figure flow-gap "$gap" ms ''
	load_figure cpu "$(calc "$cpu / $seconds")" cores ''
	for process in $processes; do
		load_figure "rss-${process#et-sshd-}" \
			"$(load_most "$tmp/each" "$process" 4)" KiB '<= 65536'
		[ "$(id -u)" -ne 0 ] ||
			load_figure "fds-${process#et-sshd-}" \
				"$(load_most "$tmp/each" "$process" 5)" \
				'' '<= 8192'
	done
	load_figure after-poll "$(calc "($after - $before) * 1000")" ms '<= 50'
	load_figure after-rss "$(calc "$(load_sum "$tmp/after" 3) - \
		$(load_sum "$tmp/before" 3)")" KiB '<= 16384'
	load_figure after-fds "$(calc "$(load_sum "$tmp/after" 5) - \
		$(load_sum "$tmp/before" 5)")" '' '<= 0'
	load_figure after-strangers "$strangers" '' '<= 0'
}

load_crowd() { # KIND SECONDS options ...
	crowd_kind=$1 crowd_seconds=$2
	shift 2
	nice -n 19 "$tool/bench-load" -p "$(cat "$tmp/$name/port")" \
		-t "$crowd_seconds" "$@" "$crowd_kind"
}

load_wave() { # DEVICES
	nice -n 19 "$tool/bench-wave" -p "$(cat "$tmp/$name/port")" \
		-f $crowd -n "$1" </dev/null | tail -n 1
}

load_crowd_figures() {
	read -r connected _ <"$tmp/crowd"
	load_figure connections "$(calc "$connected / $seconds")" 1/s ''
}

load_wave_figures() {
	read -r got refused last worst mean used <"$tmp/crowd"
	load_figure in "$got" '' ''
	load_figure again "$refused" '' ''
	load_figure last-in "$last" s ''
	load_figure slowest "$worst" s ''
	load_figure mean "$mean" s ''
	load_figure devices-cpu "$used" s ''
	load_figure server-cpu "$cpu" s ''
}

figure_load() {
	half=10000 sources=200 dribblers=5000 devices=2000 length=45
	! $short || length=15
	load_prepare
	for name in $ours; do
		start "$name"
		load_forward "$name"
		load_under "$name" half-open 1 load_crowd half-open $length \
			-n $half -s $sources -w 100
		load_crowd_figures
		load_under "$name" dribble 1 load_crowd dribble $length \
			-n $dribblers -s $dribblers
		load_crowd_figures
		forward_close
		stop "$name"
		# The same store, another process: all come back.
		start "$name"
		load_forward "$name"
		load_under "$name" devices 0.1 load_wave $devices
		load_wave_figures
		forward_close
		stop "$name"
	done
}
