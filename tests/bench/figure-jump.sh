# shellcheck shell=sh disable=SC2154
# Jumps to a device whose connection is held, against what OpenSSH has for it:
# the device's -R at sshd, and -J to that port.  The time until the device's
# banner, and what a transfer costs, with the jump's two ends in one worker
# ("jump-one"), and in two.

jump_cipher=chacha20-poly1305@openssh.com

# What each server's two sides need to know: names, keys, ports.
jump_config() { # NAME
	conf=$tmp/$1/ssh
	port=$(cat "$tmp/$1/port")
	case $1 in
	openssh)
		who=$(cat "$tmp/$1/user") device=$who key=$tmp/device
		target=127.0.0.1
		banner_port=$("$tool/bench-pump" port)
		pump_port=$("$tool/bench-pump" port)
		;;
	*)
		who=operator device=$("$tool/bench-fleet" name 0)
		# Of digits alone ssh would make an address.
		key=$tmp/operator target=device$device
		banner_port=22 pump_port=23
		;;
	esac
	cat >"$conf" <<-END
	Host server
		HostName 127.0.0.1
		Port $port
		User $who
		IdentityFile $key
	Host phone
		HostName 127.0.0.1
		Port $port
		User $device
		IdentityFile $tmp/device
	Host *
		IdentityFile $tmp/device
		BatchMode yes
		IdentitiesOnly yes
		Ciphers $jump_cipher
		KexAlgorithms curve25519-sha256
		StrictHostKeyChecking no
		UserKnownHostsFile /dev/null
		ExitOnForwardFailure yes
	END
}

# The device holds its connection; the operator's one for the transfers.
jump_open() { # NAME
	jump_config "$1"
	[ "$1" = openssh ] && hold='-N' || hold=''
	# shellcheck disable=SC2086
	ssh -n -F "$conf" $hold -R "$banner_port:127.0.0.1:$dropbear" \
		-R "$pump_port:127.0.0.1:$service" phone ${hold:-'wait 1'} \
		>"$tmp/phone.log" 2>&1 &
	phone=$!
	clients="$clients $phone"
	sport=$("$tool/bench-pump" port)
	# The first jump comes when the device is there.
	jump_await
	ssh -F "$conf" -N -L "$sport:$target:$pump_port" server \
		>"$tmp/client.log" 2>&1 &
	client=$!
	clients="$clients $client"
	pump put 65536
}

jump_await() {
	for _ in $(seq 100); do
		[ -z "$(jump_banner)" ] || return 0
		sleep 0.1
	done
	cat "$tmp/phone.log" "$tmp/banner.log" >&2
	die "jump: no banner by $conf"
}

# Seconds from the start of ssh to the device's banner, or nothing.
jump_banner() {
	: >"$tmp/banner.log"
	"$tool/bench-hold" 'remote software version dropbear' \
		"$tmp/banner.log" ssh -v -F "$conf" -J server \
		-p "$banner_port" "$target" </dev/null |
		sed -n '/^failed/!s/ .*//p'
}

jump_close() {
	for pid in $client $phone; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
}

jump_round() { # NAME METRIC
	jump_open "$1"
	for _ in $(seq "$logins"); do
		took=$(jump_banner)
		[ -n "$took" ] || die "jump: no banner by $conf"
		sample "$2-banner" "$1" "$(calc "$took * 1000")"
	done
	pump get 4000000
	pumped "$1" "$2-from-device" get "$amount"
	pumped "$1" "$2-to-device" put "$amount"
	jump_close
}

# One server, started for it, and stopped.
jump_server() { # NAME METRIC WORKERS
	workers=$3
	start "$1"
	workers=''
	jump_round "$1" "$2"
	stop "$1"
}


figure_jump() {
	need dropbear dropbear-bin
	count=3 amount=200000000 logins=7
	! $short || count=1 amount=60000000 logins=3
	(umask 077 && "$tool/bench-fleet" key operator >"$tmp/operator")
	dropbear=$("$tool/bench-pump" port) service=$("$tool/bench-pump" port)
	[ -f "$tmp/hostkey.db" ] || dropbearconvert openssh dropbear \
		"$tmp/hostkey" "$tmp/hostkey.db" 2>"$tmp/convert.log" ||
		die "$(cat "$tmp/convert.log")"
	dropbear -F -E -s -p "127.0.0.1:$dropbear" -r "$tmp/hostkey.db" \
		-P "$tmp/dropbear.none" 2>"$tmp/dropbear.log" &
	clients="$clients $!"
	"$tool/bench-pump" serve "$service" &
	clients="$clients $!"
	# shellcheck disable=SC2086
	set -- $ours
	for round in $(seq "$count"); do
		say "jump: round $round of $count"
		for name in "$@"; do
			jump_server "$name" jump 2
			jump_server "$name" jump-one 1
		done
		[ -z "$peers" ] || jump_peer
	done
	for metric in jump jump-one; do
		jump_figures "$metric" "$@"
	done
}

# The peer's samples stand beside both.
jump_peer() {
	jump_server openssh jump 0
	awk '$2 == "openssh" && sub(/^jump-/, "jump-one-") &&
	    !/^jump-one-one-/' "$samples" >"$tmp/twins"
	sed -i '/^jump-one-.* openssh /d' "$samples"
	cat "$tmp/twins" >>"$samples"
}

jump_figures() { # METRIC NAME ...
	metric=$1
	shift
	[ -z "$peers" ] || set -- "$@" openssh
	of=$metric
	medians "$of-banner" ms '' "$@"
	[ -z "$peers" ] || compare "$of-banner" openssh '<= 1'
	for way in from to; do
		medians "$of-$way-device-cpu" s/GB '' "$@"
		medians "$of-$way-device-rate" MB/s '' "$@"
		[ -z "$peers" ] ||
			compare "$of-$way-device-cpu" openssh '<= 1'
		[ -z "$peers" ] ||
			compare "$of-$way-device-rate" openssh '>= 1'
	done
}
