# shellcheck shell=sh disable=SC2154
# One reverse forward: server CPU-s a GB and MB/s, each way and cipher, with
# OpenSSH's client; MB/s with dbclient.

login_name() {
	name=$(cat "$tmp/$1/user")
	echo "${name:-$("$tool/bench-fleet" name 0)}"
}

short_name() { # CIPHER
	name=${1%%@*}
	echo "${name%-poly1305}"
}

# forward_open NAME CLIENT [CIPHER]: sets $sport, $client
forward_open() {
	sport=$(cat "$tmp/$1/sport")
	port=$(cat "$tmp/$1/port")
	who=$(login_name "$1")
	case $2 in
	ssh)
		ssh -F none -N -p "$port" -l "$who" -i "$tmp/device" -c "$3" \
			-m hmac-sha2-256-etm@openssh.com -o BatchMode=yes \
			-o KexAlgorithms=curve25519-sha256 \
			-o StrictHostKeyChecking=no -o LogLevel=ERROR \
			-o UserKnownHostsFile=/dev/null \
			-o IdentitiesOnly=yes -o ExitOnForwardFailure=yes \
			-R "$sport:127.0.0.1:$service" 127.0.0.1 \
			2>"$tmp/client.log" & ;;
	dbclient)
		HOME=$tmp/home dbclient -y -y -N -i "$tmp/device.db" \
			-o ExitOnForwardFailure=yes -p "$port" -l "$who" \
			-R "$sport:127.0.0.1:$service" 127.0.0.1 \
			</dev/null 2>"$tmp/client.log" & ;;
	esac
	client=$!
	clients="$clients $client"
	pump put 65536
}

forward_close() {
	kill "$client" 2>/dev/null || :
	wait "$client" 2>/dev/null || :
}

# pump get|put BYTES: through the forward; sets $seconds
pump() {
	seconds=$("$tool/bench-pump" "$1" "$sport" "$2") || {
		cat "$tmp/client.log" >&2
		die "the forward did not carry"
	}
}

# pumped NAME METRIC get|put BYTES
pumped() {
	before=$(cpu "$1")
	pump "$3" "$4"
	after=$(cpu "$1")
	sample "$2-cpu" "$1" "$(calc "($after - $before) * 1e9 / $4")"
	sample "$2-rate" "$1" "$(calc "$4 / 1e6 / $seconds")"
}

forward_round() { # NAME
	for cipher in $ciphers; do
		forward_open "$1" ssh "$cipher"
		pump get 4000000
		what=forward-$(short_name "$cipher")
		pumped "$1" "$what-from-device" get "$amount"
		pumped "$1" "$what-to-device" put "$amount"
		forward_close
	done
}

# Its receive window is 24 KiB, so what goes to the device is a dialogue, and
# sshd, which leaves Nagle's algorithm on, waits for its delayed answers.
dbclient_round() { # NAME
	bytes=60000000
	[ "$1" != openssh ] || bytes=6000000
	forward_open "$1" dbclient
	pumped "$1" dbclient-from-device get 60000000
	pumped "$1" dbclient-to-device put $bytes
	forward_close
}

forward_report() {
	for cipher in $ciphers; do
		for way in from to; do
			what=forward-$(short_name "$cipher")-$way-device
			medians "$what-cpu" s/GB '' "$@"
			medians "$what-rate" MB/s '' "$@"
			goal='<= 1.25'
			[ "$cipher" != aes256-ctr ] || goal=''
			[ -z "$peers" ] || compare "$what-cpu" openssh "$goal"
			against_first "$what-cpu"
		done
	done
	$dbclient || return 0
	medians dbclient-from-device-rate MB/s '' "$@"
	medians dbclient-to-device-rate MB/s '' "$@"
	compare dbclient-to-device-rate openssh '>= 20'
}

figure_forward() {
	count=3 amount=200000000
	! $short || count=1 amount=100000000
	ciphers='chacha20-poly1305@openssh.com aes128-gcm@openssh.com
		aes256-ctr'
	dbclient=true
	[ -n "$peers" ] || dbclient=false
	# shellcheck disable=SC2086
	set -- $ours ${peers:+openssh}
	for name in "$@"; do
		start "$name"
	done
	service=$("$tool/bench-pump" port)
	"$tool/bench-pump" serve "$service" &
	server_pump=$!
	clients="$clients $server_pump"
	for round in $(seq "$count"); do
		say "forward: round $round of $count"
		for name in "$@"; do
			forward_round "$name"
			! $dbclient || dbclient_round "$name"
		done
	done
	kill "$server_pump"
	wait "$server_pump" 2>/dev/null || :
	stop "$@"
	forward_report "$@"
}
