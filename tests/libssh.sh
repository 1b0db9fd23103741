#!/bin/sh
# Builds the tree with the libssh that contrib/debian/libssh.sh makes:
#
#	libssh.sh FOLDER [CONFIGURE-OPTION...]
#
# FOLDER/packages has the packages, FOLDER/root what is in them, FOLDER/build the
# tree's build, whose programs use that libssh.  Exit status 77: its source cannot
# be had here.
set -eu

[ $# -gt 0 ] || { echo "usage: ${0##*/} FOLDER [OPTION...]" >&2; exit 2; }
top=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift

status=0
"$top/contrib/debian/libssh.sh" --build-only "$folder/packages" || status=$?
[ "$status" -ne 3 ] || exit 77
[ "$status" -eq 0 ] || exit "$status"
for deb in "$folder"/packages/libssh-*.deb; do
	dpkg-deb -x "$deb" "$folder/root"
done
libraries=$(dirname "$folder"/root/usr/lib/*/libssh.so)
exec "$top/contrib/build.sh" "$folder/build" "$@" \
    SSH_CFLAGS="-I$folder/root/usr/include" \
    SSH_LIBS="-L$libraries -Wl,-rpath,$libraries -lssh"
