# shellcheck shell=sh disable=SC2034,SC2154
# The servers under measurement, each below a bench-hold of its own.  One has
# a folder $tmp/NAME with: pid (bench-hold's), port, user ("": the device's
# name), sport (which a device may hold), seconds (to start), log.

peer_user=et-bench

# What all servers share: a host key, the devices' keys, the peers' user.
prepare() {
	ssh-keygen -q -t ed25519 -N '' -C '' -f "$tmp/hostkey"
	(umask 077 && "$tool/bench-fleet" key 0 >"$tmp/device")
	mkdir -p "$tmp/home/.ssh"
	"$tool/bench-fleet" lines 8 |
		sed 's/^/command="echo 0" /' >"$tmp/home/.ssh/authorized_keys"
	find_ours
	find_peers
}

find_ours() {
	ours='' number=0
	for dir in $servers; do
		number=$((number + 1))
		name=ours
		[ $number -eq 1 ] || name=ours-$number
		ours="$ours $name"
		mkdir "$tmp/$name"
		echo "$dir" >"$tmp/$name/dir"
	done
}

# The peers run in a mount namespace with a user of their own in passwd(5)
# and an empty /run: no account and no file of the machine is changed.
find_peers() {
	peers=''
	case $figures in
	' load' | ' held' | ' page' | ' nodes') return ;;
	esac
	if [ "$(id -u)" -ne 0 ]; then
		say "not root: OpenSSH's sshd and dropbear are left out"
		return
	fi
	need sshd openssh-server
	need dropbear dropbear-bin
	peers='openssh dropbear'
	sed "/^$peer_user:/d" /etc/passwd >"$tmp/passwd"
	echo "$peer_user:x:64999:64999::$tmp/home:/bin/sh" >>"$tmp/passwd"
	chown -R 64999:64999 "$tmp/home"
	dropbearconvert openssh dropbear "$tmp/hostkey" "$tmp/hostkey.db" \
		2>"$tmp/convert.log" || die "$(cat "$tmp/convert.log")"
	dropbearconvert openssh dropbear "$tmp/device" "$tmp/device.db" \
		2>"$tmp/convert.log" || die "$(cat "$tmp/convert.log")"
}

apart() {
	# shellcheck disable=SC2016
	set -- unshare -m sh -c 'mount --bind "$0" /etc/passwd &&
		mount -t tmpfs -o mode=755 none /run && mkdir /run/sshd &&
		exec "$@"' "$tmp/passwd" "$@"
	hold "$@"
}

# hold command ...: start $server below bench-hold; it says $marker.
hold() {
	mkfifo "$tmp/$server/ready"
	"$tool/bench-hold" "$marker" "$tmp/$server/log" "$@" \
		>"$tmp/$server/ready" &
	echo $! >"$tmp/$server/pid"
	read -r seconds line <"$tmp/$server/ready" || :
	rm "$tmp/$server/ready"
	if [ "$seconds" = failed ]; then
		tail -n 5 "$tmp/$server/log" >&2
		die "$server did not start"
	fi
	echo "$seconds" >"$tmp/$server/seconds"
}

# $workers, if it is set: so many of ours.
# start NAME [URL]: ours, ours-N, openssh, dropbear
start() {
	server=$1
	mkdir -p "$tmp/$server"
	case $server in
	openssh) start_openssh ;;
	dropbear) start_dropbear ;;
	*) start_ours "$tmp/$server/store.db" ;;
	esac
}

start_ours() { # the store's file
	[ -f "$1" ] || fill "$1" 4000
	owner=nobody
	[ "$(id -u)" -eq 0 ] || owner=$(id -un)
	touch "$tmp/$server/events"
	if [ "$(id -u)" -eq 0 ]; then
		chown -R nobody "$tmp/$server"
	fi
	cat >"$tmp/$server/conf" <<-END
	listen = {"127.0.0.1:0"}
	store = "sqlite:$1"
	host-keys = {"$tmp/hostkey"}
	user = "$owner"
	event-log = "$tmp/$server/events"
	worker-sessions = 8192
	workers = ${workers:-0}
	${options:-}
	END
	marker='listening on'
	hold "$(cat "$tmp/$server/dir")/et-sshd" -f "$tmp/$server/conf"
	echo "${line##*:}" >"$tmp/$server/port"
	echo >"$tmp/$server/user"
}

# The store is made by the server's own build: an older one has another schema.
fill() { # the store's file, devices
	"$tool/bench-pump" port >"$tmp/$server/sport"
	fleet=$(cat "$tmp/$server/dir")/../tests/bench/bench-fleet
	[ -x "$fleet" ] || fleet=$tool/bench-fleet
	"$fleet" fill "sqlite:$1" "$2" "$(cat "$tmp/$server/sport")"
}

start_openssh() {
	"$tool/bench-pump" port >"$tmp/openssh/port"
	"$tool/bench-pump" port >"$tmp/openssh/sport"
	cat >"$tmp/openssh/conf" <<-END
	ListenAddress 127.0.0.1
	Port $(cat "$tmp/openssh/port")
	HostKey $tmp/hostkey
	PidFile none
	AuthorizedKeysFile $tmp/home/.ssh/authorized_keys
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	UsePAM no
	UseDNS no
	StrictModes no
	PrintMotd no
	PrintLastLog no
	MaxStartups 2000
	ForceCommand echo 0
	END
	marker='Server listening'
	apart "$(command -v sshd)" -D -e -f "$tmp/openssh/conf"
	echo $peer_user >"$tmp/openssh/user"
}

start_dropbear() {
	"$tool/bench-pump" port >"$tmp/dropbear/port"
	marker='Not backgrounding'
	apart dropbear -F -E -s -m -r "$tmp/hostkey.db" -P "$tmp/dropbear/none" \
		-p "127.0.0.1:$(cat "$tmp/dropbear/port")"
	echo $peer_user >"$tmp/dropbear/user"
}

stop() { # NAME ...
	for server in "$@"; do
		kill "$(cat "$tmp/$server/pid")"
		wait "$(cat "$tmp/$server/pid")" || :
		rm "$tmp/$server/pid"
	done
}

quiet() { # NAME: what was asked of it is done
	"$tool/bench-usage" quiet "$(cat "$tmp/$1/pid")"
}

cpu() { # NAME: seconds used so far
	"$tool/bench-usage" cpu "$(cat "$tmp/$1/pid")"
}

# The options of bench-poll and bench-idle that reach NAME.
target() {
	echo "-p $(cat "$tmp/$1/port") $(sed 's/./-u &/' "$tmp/$1/user")"
}
