#!/bin/sh
# The whole thing on one machine, with nothing but loopback:
#
#	sudo contrib/quickstart.sh [--keep]
#
# A server with a SQLite store in a temporary folder, a device with the SSH
# client that OpenWrt has, and an operator who gets on to it.  Each step says
# what it shows.  --keep leaves it running and says how to use and stop it.
set -eu

keep=
case ${1-} in
'')	;;
--keep)	keep=yes ;;
*)	echo "usage: ${0##*/} [--keep]" >&2; exit 2 ;;
esac
[ "$(id -u)" -eq 0 ] || { echo "${0##*/}: run me with sudo" >&2; exit 1; }

top=$(cd "$(dirname "$0")/.." && pwd)
build=$top/build-quickstart
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
export PATH
umask 022
exec </dev/null

id=6466b34bde54			# the device's MAC
device_uid=64222		# nobody has it
server='' others=''		# process numbers; others: of groups
n=0

work=$(mktemp -d "${TMPDIR:-/tmp}/et-quickstart.XXXXXX")
chmod 755 "$work"
operator=$work/operator home=$work/device state=$work/state conf=$work/etc

step()
{
	n=$((n + 1))
	printf '%2d. %s\n' $n "$*"
}

# Beneath a step: what a command prints.
show()
{
	output=$("$@")
	echo "$output" | sed 's/^/    /'
}

# quietly LOG COMMAND...: what it prints is shown only after a failure.
quietly()
{
	log=$work/$1.log
	shift
	"$@" >"$log" 2>&1
}

# background LOG COMMAND...: its process number is then in $!.
background()
{
	log=$work/$1.log
	shift
	setsid "$@" >"$log" 2>&1 &
}

# wait_line FILE PATTERN PID: until the file has such a line, while the
# process runs, for at most 30 seconds.
wait_line()
{
	timeout 30 tail -n +1 -f --pid="$3" "$1" 2>/dev/null |
	    grep -m 1 -E "$2"
}

# The first port from this one on that nothing uses.
free_port()
{
	port=$1
	while grep -qi ":$(printf %04X "$port") " /proc/net/tcp*; do
		port=$((port + 1))
	done
	echo "$port"
}

stop()
{
	for group in $others; do
		kill -- "$group" 2>/dev/null || :
	done
	[ ! "$server" ] || kill "$server" 2>/dev/null || :
	wait
}

finish()
{
	status=$?
	trap - EXIT
	[ $status -ne 0 ] || [ ! "$keep" ] || exit 0
	stop
	if [ $status -ne 0 ]; then
		for log in "$work"/*.log "$state"/*.log; do
			[ ! -s "$log" ] || {
				echo "--- ${log##*/}"
				tail -n 40 "$log"
			} >&2
		done
		echo "${0##*/}: step $((n + 1)) failed" >&2
	fi
	rm -rf "$work"
	exit $status
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

admin()
{
	"$work/bin/et-admin" -c "$conf/et-sshd.conf" "$@"
}

# What a router has: a client, a key, the server's keys pinned (an unknown one
# is refused), and a line in its crontab.
install_device()
{
	cat >"$home/phone-home" <<-EOF
	#!/bin/sh
	# phone-home poll | tunnel DPORT:SPORT | loop
	export HOME=$home
	client()
	{
		dbclient -i $home/key -p $port "\$@"
	}
	case \$1 in
	poll)
		client device$id@127.0.0.1 \\
		    /home/ubuntu/et-phone-home/et-home/et-home-ping.sh
		;;
	tunnel)
		client -N -R "\${2#*:}:localhost:\${2%:*}" device$id@127.0.0.1
		;;
	loop)
		while sleep 5; do
			answer=\$("\$0" poll) || continue
			[ "\$answer" = 0 ] || "\$0" tunnel "\$answer" &
		done
		;;
	esac
	EOF
	chmod +x "$home/phone-home"
}

build_all()
{
	quietly packages "$top/contrib/packages.sh" build quickstart
	step "The packages to build and to try it are installed."
	quietly build "$top/contrib/build.sh" "$build" --sysconfdir=/etc \
	    --localstatedir=/var
	mkdir "$work/bin"
	for program in sshd/et-sshd sshd/et-sshd-worker sshd/et-sshd-keeper \
	    sshd/et-sshd-console sshd/et-sshd-page sshd/et-sshd-link \
	    admin/et-admin; do
		cp "$build/$program" "$work/bin"
	done
	step "The server and et-admin are built in ${build##*/}."
}

start_server()
{
	mkdir -m 700 "$state"
	chown nobody "$state"
	mkdir "$conf"
	cat >"$conf/et-sshd.conf" <<-EOF
	listen = {"127.0.0.1:0"}
	store = "sqlite:$state/store.db"
	host-keys = {"$conf/host_ed25519", "$conf/host_rsa"}
	user = "nobody"
	event-log = "$state/events.log"
	EOF
	quietly hostkey admin hostkey generate
	background server "$work/bin/et-sshd" -f "$conf/et-sshd.conf"
	server=$!
	line=$(wait_line "$work/server.log" 'listening on .*:[0-9]+$' $server)
	port=${line##*:}
	step "The server runs: ${line#*: }"
}

# The device's own SSH server, for an operator to log in to.  It sees a root
# and a home of its own, so that this machine's accounts are left alone.
start_dropbear()
{
	dport=$(free_port 2022)
	mkdir -p "$home/.ssh" "$operator"
	quietly keys dropbearkey -t ed25519 -f "$home/host_key"
	quietly keys ssh-keygen -q -t ed25519 -N '' -C operator \
	    -f "$operator/key"
	cp "$operator/key.pub" "$home/.ssh/authorized_keys"
	chmod 700 "$home" "$home/.ssh"
	chmod 600 "$home/.ssh/authorized_keys"
	echo "root:x:$device_uid:$device_uid:the device:$home:/bin/sh" \
	    >"$work/passwd"
	# What dropbear must not need to change: the group of a new terminal.
	tty=$(sed -n 's,^devpts /dev/pts .*[ \,]gid=\([0-9]*\).*,\1,p' \
	    /proc/mounts | tail -n 1)
	printf '%s\n' "root:x:$device_uid:" "tty:x:${tty:-$device_uid}:" \
	    >"$work/group"
	chown -R $device_uid:$device_uid "$home"
	background dropbear env LD_PRELOAD=libnss_wrapper.so \
	    NSS_WRAPPER_PASSWD="$work/passwd" \
	    NSS_WRAPPER_GROUP="$work/group" \
	    setpriv --reuid $device_uid --regid $device_uid --clear-groups \
	    dropbear -F -E -s -r "$home/host_key" -P "$home/pid" \
	    -p "127.0.0.1:$dport"
	others="$others -$!"
	wait_line "$work/dropbear.log" 'Not backgrounding' $! >/dev/null
}

public_key()
{
	dropbearkey -y -f "$1" | grep '^ssh-'
}

# The device makes its key; the server learns it, and the device the server's.
add_device()
{
	quietly keys dropbearkey -t ed25519 -f "$home/key"
	public_key "$home/key" >"$home/key.pub"
	quietly device admin device add $id --key "$home/key.pub"
	for key in host_ed25519 host_rsa; do
		printf '127.0.0.1 %s\n' "$(ssh-keygen -y -f "$conf/$key")"
	done >"$home/.ssh/known_hosts"
	install_device
	step "Device $id is known by the key that dropbearkey made:"
	show admin device list
}

show_polls()
{
	answer=$("$home/phone-home" poll)
	step "It polls. The answer is \"$answer\": nothing, go back to sleep."
	[ "$answer" = 0 ]
	background heartbeats "$work/bin/et-admin" -c "$conf/et-sshd.conf" \
	    heartbeat tail -f $id
	others="$others -$!"
	wait_line "$work/heartbeats.log" "$id" $! >/dev/null
	sport=$(free_port 9876)
	background forward "$work/bin/et-admin" -c "$conf/et-sshd.conf" \
	    forward open $id "$dport:$sport" --wait
	asked=$!
	others="$others -$asked"
	line=$(wait_line "$work/forward.log" 'waiting for' $asked)
	step "An operator asks for its port $dport and waits: $line"
	answer=$("$home/phone-home" poll)
	step "It polls again. The answer is \"$answer\": open that forward."
	[ "$answer" = "$dport:$sport" ]
}

show_tunnel()
{
	background tunnel "$home/phone-home" tunnel "$answer"
	others="$others -$!"
	wait "$asked"
	step "dbclient -N -R opened it, and the operator's wait has ended:"
	show tail -n 1 "$work/forward.log"
}

log_in()
{
	ssh -F none -i "$operator/key" -p "$sport" -o BatchMode=yes \
	    -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes \
	    -o UserKnownHostsFile="$operator/known_hosts" \
	    root@localhost "$@" 2>"$work/ssh.log"
}

show_login()
{
	echo "[localhost]:$sport $(public_key "$home/host_key")" \
	    >"$operator/known_hosts"
	step "The operator logs in through it, with ssh -p $sport:"
	# shellcheck disable=SC2016 # for the device's shell
	show log_in 'echo "on the device: $USER, uid $(id -u), in $PWD"'
}

show_kept()
{
	background loop "$home/phone-home" loop
	others="$others -$!"
	cat <<-EOF

	It runs on, and the device polls every 5 seconds.  Use it:

	  sudo $work/bin/et-admin -c $conf/et-sshd.conf status
	  sudo $work/bin/et-admin -c $conf/et-sshd.conf heartbeat tail -f
	  sudo ssh -F none -i $operator/key -p $sport \\
	    -o UserKnownHostsFile=$operator/known_hosts root@localhost
	  sudo tail -f $state/events.log

	Stop it:

	  sudo sh -c 'kill -- $server$others 2>&-; tail --pid=$server -f /dev/null
	    rm -r $work'
	EOF
}

build_all
start_server
start_dropbear
add_device
show_polls
show_tunnel
show_login
step "Every poll left a heartbeat:"
show admin heartbeat show $id
[ ! "$keep" ] || show_kept
