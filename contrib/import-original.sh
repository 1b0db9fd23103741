#!/bin/sh
# Takes over what an et-phone-home server of the first version has: its devices,
# which are Unix users "deviceID" with a key in authorized_keys, and the host keys
# of its sshd, by which the devices know the server.
#
#	import-original.sh [-n] [-c CONF] [-r ROOT]
#
# -n	says what it would do, and does nothing
# -c	et-sshd.conf, by default et-admin's own
# -r	where the old server's file system is, by default /
#
# Reads ROOT/home/device*/.ssh/authorized_keys and ROOT/etc/ssh/ssh_host_*_key,
# and changes nothing there.  Says a line for each thing taken over, there
# already, or left out and why.  The devices are added all or none; run again, it
# adds what is new.  A key says which device it is: where one is found under two
# ids, nothing is changed.  ET_ADMIN names another et-admin.
#
# A home is its device's.  Run by root, this reads it as the home's owner: a
# regular file, no link, of 16 KiB at most, within 10 seconds.
# Exit status: 0 all is taken over, 1 something was left out or failed, 2 usage.
set -eu

admin=${ET_ADMIN:-et-admin}
name=${0##*/}
root=
conf=
dry=

usage()
{
	echo "usage: $name [-n] [-c CONF] [-r ROOT]" >&2
	exit 2
}

while getopts c:nr: option; do
	case $option in
	c)	conf=$OPTARG ;;
	n)	dry=yes ;;
	r)	root=${OPTARG%/} ;;
	*)	usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || usage

die()
{
	echo "$name: $*" >&2
	exit 1
}

et_admin()
{
	if [ "$conf" ]; then
		"$admin" -c "$conf" "$@"
	else
		"$admin" "$@"
	fi
}

command -v "$admin" >/dev/null || die "there is no $admin"
command -v ssh-keygen >/dev/null ||
    die "ssh-keygen is missing: apt-get install openssh-client"
[ "$(id -u)" -ne 0 ] || command -v setpriv >/dev/null ||
    die "setpriv is missing: apt-get install util-linux"
umask 077
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
touch "$tmp/left" "$tmp/rows" "$tmp/more" "$tmp/hosts"

left_out()
{
	echo "left out: $*"
	echo >>"$tmp/left"
}

# --- what is there already ---------------------------------------------------

# values KEY: those of a column of JSON lines on stdin.
values()
{
	sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}

if ! et_admin --json device list >"$tmp/out" 2>"$tmp/err"; then
	# No store yet is an empty one; anything else is not ours to mend.
	grep -q 'no store at' "$tmp/err" || die "$(cat "$tmp/err")"
	: >"$tmp/out"
	: >"$tmp/keys"
else
	et_admin --json key list >"$tmp/out.keys"
	# "FINGERPRINT ID" each
	sed -n 's/.*"device":"\([^"]*\)","key":"\([^"]*\)".*/\2 \1/p' \
	    "$tmp/out.keys" >"$tmp/keys"
fi
values device <"$tmp/out" >"$tmp/devices"

# --- devices -----------------------------------------------------------------

# One line of authorized_keys (sshd(8)): options, if any, then TYPE BASE64.
# Sets key and options.
read_line()
{
	key=$(printf '%s\n' "$1" | grep -Eo \
	    '(ssh-(rsa|dss|ed25519)|ecdsa-sha2-nistp[0-9]+) [A-Za-z0-9+/]+=*' |
	    head -n 1) || :
	options=${1%%"$key"*}
}

# as_user UID GID COMMAND...: never as root, and for 10 seconds at most, also if
# that user stops it.
as_user()
{
	uid=$1
	gid=$2
	shift 2
	[ "$uid" -ne 0 ] || uid=65534
	[ "$gid" -ne 0 ] || gid=65534
	[ "$(id -u)" -ne 0 ] ||
	    set -- setpriv --reuid="$uid" --regid="$gid" --clear-groups \
		--inh-caps=-all --no-new-privs "$@"
	timeout -k 1 10 "$@"
}

# What the home's owner runs there: the file behind a line "read".
# shellcheck disable=SC2016 # for that shell
reader='
	file=.ssh/authorized_keys
	if [ -h .ssh ] || [ -h $file ] || ! [ -f $file ] || ! [ -r $file ]; then
		exit
	fi
	echo read
	exec dd if=$file iflag=nofollow,nonblock bs=20k count=1'

# read_home HOME: its authorized_keys into $tmp/authorized.  What the owner does
# with the reader's process meanwhile leads no further: its end of a pipe.
read_home()
{
	(
		cd -P -- "$1" || exit
		owner=$(stat -c '%u %g' .) || exit
		as_user "${owner% *}" "${owner#* }" sh -c "$reader"
	) 2>/dev/null </dev/null |
	    timeout -k 1 15 head -c 20000 >"$tmp/read" ||
	    return
	[ "$(head -n 1 "$tmp/read" | tr -d '\0')" = read ] || return
	# Text of any letters may stand behind a key, and be shown nowhere.
	sed 1d "$tmp/read" | tr -d '\r' | tr -c '\11\12\40-\176' '?' \
	    >"$tmp/authorized"
}

# describe KEY: sets bits and fingerprint; false: it is no key.
describe()
{
	line=$(printf '%s\n' "$1" |
	    as_user 0 0 ssh-keygen -lf - 2>/dev/null) || return 1
	bits=${line%% *}
	rest=${line#* }
	fingerprint=${rest%% *}
}

# take_key ID KEY: into the rows that are added, or of keys that are.
take_key()
{
	case $2 in
	ssh-dss*)
		left_out "a key of $1: DSA is not taken; make it another"
		return ;;
	ecdsa-sha2-nistp384*|ecdsa-sha2-nistp521*)
		left_out "a key of $1: of ECDSA only nistp256 is taken"
		return ;;
	esac
	if ! describe "$2"; then
		left_out "a key of $1: it cannot be read"
		return
	fi
	if [ "${2%% *}" = ssh-rsa ] && [ "$bits" -lt 2048 ]; then
		left_out "a key of $1: RSA of $bits bits; 2048 are needed"
		return
	fi
	other=$(sed -n "s,^$fingerprint ,,p" "$tmp/keys")
	if [ "$other" ] && [ "$other" != "$1" ]; then
		die "one key under two ids, $other and $1: $fingerprint;" \
		    "nothing was changed: take it away from one of them"
	elif [ "$other" ]; then
		echo "there already: device $1, ${2%% *} $fingerprint"
	elif grep -Fqx "$1" "$tmp/devices" ||
	    grep -q "^$1," "$tmp/rows"; then
		echo "key of $1: ${2%% *} $fingerprint"
		printf '%s %s\n' "$1" "$2" >>"$tmp/more"
	else
		echo "device $1: ${2%% *} $fingerprint"
		printf '%s,%s\n' "$1" "$2" >>"$tmp/rows"
	fi
	[ "$other" ] || echo "$fingerprint $1" >>"$tmp/keys"
	found=yes
}

# check_id HOME ID: it has to be canonical ("Names" in et-admin(8)), or the device
# could not log in by it.  et-admin says so, of a store that is thrown away.
check_id()
{
	rm -f "$tmp"/names.db*
	if ! printf '%s\n' "$2" | grep -Eqx '[a-z0-9][a-z0-9._-]{0,63}'; then
		left_out "$1: not a device's id"
	elif ! et_admin -s "sqlite:$tmp/names.db" device add "$2" \
	    >"$tmp/name" 2>"$tmp/err"; then
		left_out "$1: $(sed 's/^et-admin: //' "$tmp/err")"
	elif ! grep -q "^device $2 added" "$tmp/name"; then
		left_out "$1: its id is not canonical"
	else
		return 0
	fi
	return 1
}

take_device()
{
	id=$(basename "$1")
	id=${id#device}
	check_id "$1" "$id" || return 0
	if [ -h "$1" ] || ! read_home "$1"; then
		left_out "$1: no .ssh/authorized_keys that can be read"
		return
	fi
	if [ "$(wc -c <"$tmp/authorized")" -gt 16384 ]; then
		left_out "$1: .ssh/authorized_keys is larger than 16 KiB"
		return
	fi
	found=
	while IFS= read -r text || [ "$text" ]; do
		case $text in
		''|'#'*)
			continue ;;
		esac
		read_line "$text"
		if [ -z "$key" ]; then
			left_out "a line of $1/.ssh/authorized_keys: no key in it"
			continue
		fi
		[ -z "${options# }" ] ||
		    echo "without its options, which mean nothing here:" \
			"$id: $(printf %s "$options" | cut -c -60)"
		take_key "$id" "$key"
	done <"$tmp/authorized"
	[ "$found" ] || left_out "$1: no key that can be taken"
}

for home in "$root"/home/device*; do
	[ "$home" = "$root/home/device*" ] || [ -f "$home" ] ||
	    take_device "$home"
done

# --- host keys ---------------------------------------------------------------

for file in "$root"/etc/ssh/ssh_host_*_key; do
	[ -e "$file" ] || continue
	case $file in
	*_dsa_key)
		left_out "$file: DSA is not used any more"
		continue ;;
	esac
	echo "$file" >>"$tmp/hosts"
done
[ -s "$tmp/hosts" ] ||
    left_out "host keys: there are none in $root/etc/ssh; devices will not" \
	"know the server"

# --- the change --------------------------------------------------------------

while read -r file; do
	et_admin hostkey import ${dry:+--check} "$file" 2>"$tmp/err" ||
	    left_out "$(cat "$tmp/err")"
done <"$tmp/hosts"

if [ -s "$tmp/rows" ] && [ -z "$dry" ]; then
	et_admin device import - <"$tmp/rows" ||
	    die "no device was added: mend that, and run it again"
fi
while read -r id key; do
	[ "$dry" ] && continue
	printf '%s\n' "$key" | et_admin key add "$id" - ||
	    left_out "a second key of $id"
done <"$tmp/more"

left=$(wc -l <"$tmp/left")
echo "$(wc -l <"$tmp/rows") devices, $(wc -l <"$tmp/more") further keys," \
    "$left left out${dry:+; nothing was changed}"
[ "$left" -eq 0 ]
