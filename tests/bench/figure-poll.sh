# shellcheck shell=sh disable=SC2154
# Server CPU a poll, polls a second, and both against the crypto floor.

# poll_round NAME POLLS METRIC-SUFFIX
poll_round() {
	before=$(cpu "$1")
	# shellcheck disable=SC2046
	"$tool/bench-poll" $(target "$1") -n "$2" >"$tmp/poll" ||
		die "polls of $1 failed: see above"
	quiet "$1"
	after=$(cpu "$1")
	read -r polls seconds <"$tmp/poll"
	sample "poll-cpu$3" "$1" "$(calc "($after - $before) * 1000 / $polls")"
	sample "poll-rate$3" "$1" "$(calc "$polls / $seconds")"
}

polls_of() {
	case $1 in
	openssh) polls=120 ;;
	dropbear) polls=200 ;;
	*) polls=2000 ;;
	esac
	! $short || polls=$((polls / 2))
	echo "$polls"
}

# ms of X25519 key pair and derive, Ed25519 sign and verify
floor() {
	openssl speed -mr -seconds 1 ecdhx25519 ed25519 2>"$tmp/speed.err" \
		>"$tmp/speed" || die "$(tail -n 1 "$tmp/speed.err")"
	awk -F: -v keygen="$("$tool/bench-keygen")" '
	$1 == "+F5" { ecdh = $4 }
	$1 == "+F6" { sign = $5; verify = $6 }
	END {
		if (!ecdh || !sign || !verify)
			exit 1
		us = keygen + 1e6 / ecdh + 1e6 / sign + 1e6 / verify
		printf "%.6g", us / 1000
	}' "$tmp/speed" || die "openssl speed: output not understood"
}

figure_poll() {
	count=5
	! $short || count=3
	# shellcheck disable=SC2086
	set -- $ours $peers
	for name in "$@"; do
		start "$name"
		# shellcheck disable=SC2046
		"$tool/bench-poll" $(target "$name") -n 16 >"$tmp/poll" ||
			die "polls of $name failed: see above"
		quiet "$name"
	done
	for round in $(seq "$count"); do
		say "poll: round $round of $count"
		for name in "$@"; do
			poll_round "$name" "$(polls_of "$name")" ''
		done
		crypto=$(floor)
		sample poll-cpu floor "$crypto"
	done
	stop "$@"
	medians poll-cpu ms '' "$@" floor
	for name in $peers; do
		case $name in
		openssh) compare poll-cpu openssh '<= 1/15' ;;
		dropbear) compare poll-cpu dropbear '<= 1/8' ;;
		esac
	done
	compare poll-cpu floor '<= 6'
	medians poll-rate 1/s '' "$@"
	against_first poll-cpu
}
