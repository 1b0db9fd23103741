#!/bin/sh
# The Debian packages that each purpose needs: the one list, used by
# quickstart.sh and by tests/run.sh.
#
#	packages.sh [-l] PURPOSE...	PURPOSE: build quickstart test bench package
#				container
#
# Installs what is missing (as root), quietly and without a question; with -l
# it prints the names instead.
set -eu

usage()
{
	echo "usage: ${0##*/} [-l] build|quickstart|test|bench|package|container ..." >&2
	exit 2
}

packages()
{
	case $1 in
	build)
		echo gcc libc6-dev make autoconf automake pkg-config
		echo libssh-dev libssl-dev libseccomp-dev libcap-dev
		echo libsqlite3-dev libjansson-dev libconfuse-dev libev-dev
		echo uthash-dev libargon2-dev libmicrohttpd-dev gzip
		echo libqrencode-dev libjs-dygraphs libcurl4-openssl-dev
		echo libpq-dev
		;;
	quickstart)
		echo dropbear-bin openssh-client libnss-wrapper
		;;
	test)
		echo libcmocka-dev clang libclang-rt-dev clang-format
		echo cppcheck shellcheck
		echo mandoc groff-base mscgen systemd systemd-container dbus
		echo logrotate xz-utils python3 python3-paramiko
		echo dropbear-bin openssh-client sqlite3 libcap2-bin procps
		echo putty-tools python3-asyncssh ssh-audit haproxy
		echo chromium chromium-driver strace prometheus
		echo busybox-static nftables iproute2 qemu-user-static valgrind
		echo signify-openbsd spin
		echo cloud-init openssh-server
		echo python3-aiosmtpd msmtp prometheus-alertmanager openssl
		echo postgresql postgresql-client
		;;
	container)
		echo podman buildah crun netavark iptables iproute2
		echo debootstrap openssh-client python3
		;;
	package)
		packages build
		echo build-essential debhelper dpkg-dev git lintian python3
		;;
	bench)
		echo dropbear-bin openssh-client openssh-server openssl
		echo python3 curl
		;;
	*)
		usage
		;;
	esac
}

# Of the packages named, those that are not installed.
missing()
{
	for p; do
		status=$(dpkg-query -W -f '${db:Status-Status}' "$p" \
		    2>/dev/null) || status=
		[ "$status" = installed ] || echo "$p"
	done
}

install_packages()
{
	log=$(mktemp)
	trap 'rm -f "$log"' EXIT
	DEBIAN_FRONTEND=noninteractive
	export DEBIAN_FRONTEND
	if ! { apt-get -q update &&
	    apt-get -q -y -o DPkg::Lock::Timeout=300 \
		--no-install-recommends install "$@"; } \
	    >"$log" 2>&1 </dev/null; then
		tail -n 40 "$log" >&2
		echo "${0##*/}: cannot install: $*" >&2
		return 1
	fi
}

list=
if [ "${1-}" = -l ]; then
	list=yes
	shift
fi
[ $# -gt 0 ] || usage
need=
for purpose; do
	need="$need $(packages "$purpose")" || exit
done
need=$(echo "$need" | tr ' ' '\n' | sed '/^$/d' | sort -u)
if [ "$list" ]; then
	echo "$need"
	exit 0
fi
# shellcheck disable=SC2086 # a list of words
set -- $need
need=$(missing "$@")
[ "$need" ] || exit 0
# shellcheck disable=SC2086 # a list of words
set -- $need
if [ "$(id -u)" -ne 0 ]; then
	echo "${0##*/}: as root: apt-get install $*" >&2
	exit 1
fi
install_packages "$@"
