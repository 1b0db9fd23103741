"""What a device's root has of OpenWrt beside BusyBox and dropbear, or of a
Linux with systemd, as far as the installer and the client call it."""

# procd starts what the init script says, and starts it again when it ends, until
# it is told to stop.  Links are made of START and STOP as they stand, and removed
# with two characters in their place.  A trigger counts within an array of them
# alone, as on 15.05 (today's procd.sh opens one itself).
RC_COMMON = """\
#!/bin/sh
# rc.common SCRIPT ACTION
script=$1 action=$2 name=$(readlink "$1" || echo "$1") command= again= array=
name=${name##*/}
pid=/var/run/$name.procd triggers=/var/run/$name.triggers
procd_open_instance() { :; }
procd_close_instance() { :; }
procd_set_param() {
	case $1 in
	command)	shift; command=$*; ;;
	respawn)	again=yes ;;
	esac
}
procd_open_trigger() { array=open; }
procd_close_trigger() { array=; }
procd_add_config_trigger() { [ -z "$array" ] || echo "$*" >>"$triggers"; }
procd_add_interface_trigger() { procd_add_config_trigger "$@"; }
procd_add_reload_trigger() {
	procd_open_trigger
	procd_add_config_trigger config.change "$1" "/etc/init.d/$name" reload
	procd_close_trigger
}
. "$script"
start() {
	start_service
	: >"$triggers"
	service_triggers
	start-stop-daemon -S -b -m -p "$pid" -a /bin/sh -- -c '
	trap "[ -z \$child ] || kill \$child; wait; exit" TERM
	while :; do
		"$@" & child=$!
		wait $child
		child=
		[ "$0" ] || exit
		sleep 1
	done' "$again" $command
}
stop() {
	[ ! -e "$pid" ] || kill "$(cat "$pid")"
	rm -f "$pid"
}
case $action in
enable)
	ln -sf "../init.d/$name" "/etc/rc.d/S$START$name"
	ln -sf "../init.d/$name" "/etc/rc.d/K$STOP$name" ;;
disable)	rm -f /etc/rc.d/S??"$name" /etc/rc.d/K??"$name" ;;
boot)		start ;;
reload)		reload_service ;;
start|stop)	"$action" ;;
esac
"""

UCI = """\
#!/bin/sh
# uci [-q] get|set|delete|add_list|commit CONFIG.SECTION[.OPTION][=VALUE], for
# one section; what is changed is changed at once.
[ "$1" != -q ] || shift
verb=$1 path=${2%%=*} value=${2#*=}
file=/etc/config/${path%%.*}
rest=${path#*.} section=${rest%%.*} option=
case $rest in
*.*)	option=${rest#*.} ;;
esac
[ -e "$file" ] || exit 1
without() { awk -v o="$option" '$2 != o || ($1 != "option" && $1 != "list")' \\
    "$file" >"$file.new"; }
case $verb in
get)
	awk -v s="'$section'" -v o="$option" '
	$1 == "config" && $3 == s && o == "" { print $2; found = 1 }
	($1 == "option" || $1 == "list") && $2 == o {
		v = $0; sub(/^[^\\047]*\\047/, "", v); sub(/\\047.*/, "", v)
		out = out (found ? " " : "") v; found = 1 }
	END { if (o != "" && found) print out; exit !found }' "$file" ;;
set)
	if [ "$option" ]; then
		without && printf "\\toption %s '%s'\\n" "$option" "$value" \\
		    >>"$file.new" && mv "$file.new" "$file"
	else
		printf "config %s '%s'\\n" "$value" "$section" >>"$file"
	fi ;;
delete)		without && mv "$file.new" "$file" ;;
add_list)	printf "\\tlist %s '%s'\\n" "$option" "$value" >>"$file" ;;
commit)		;;
*)		exit 1 ;;
esac
"""

SYSTEMCTL = """\
#!/bin/sh
# systemctl [--now] VERB [UNIT]: runs what the unit says, and keeps a list.
echo "$*" >>/var/log/systemctl
[ "$2" != --now ] || { verb=$1; set -- "$verb" "$3"; "$0" stop "$2"; }
unit=/etc/systemd/system/${2-}.service
case $1 in
daemon-reload)	;;
enable)		: >"/etc/systemd/enabled-$2" ;;
disable)	rm -f "/etc/systemd/enabled-$2" ;;
start)
	start-stop-daemon -S -b -m -p "/run/$2.pid" -a /bin/sh -- \
	    $(sed -n 's/^ExecStart=//p' "$unit") ;;
-q)		[ -e "/run/$3.pid" ] ;;
stop)		[ ! -e "/run/$2.pid" ] || kill "$(cat "/run/$2.pid")" ;;
*)		exit 1 ;;
esac
"""


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def procd(root):
    """procd, UCI and sysupgrade's folder."""
    program(root / "etc/rc.common", RC_COMMON)
    program(root / "sbin/uci", UCI)
    for path in ("etc/config", "etc/rc.d", "lib/upgrade/keep.d"):
        (root / path).mkdir(parents=True, exist_ok=True)


def systemd(root):
    program(root / "bin/systemctl", SYSTEMCTL)
    for path in ("run/systemd/system", "etc/systemd/system"):
        (root / path).mkdir(parents=True, exist_ok=True)


def cron(root):
    (root / "var/spool/cron/crontabs").mkdir(parents=True)


STARTS = {"procd": procd, "systemd": systemd, "cron": cron}
