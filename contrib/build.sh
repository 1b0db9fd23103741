#!/bin/sh
# Builds the tree in a folder of its own.
#
#	build.sh FOLDER [CONFIGURE-OPTION...]
#
# Makes configure if the tree has none, an older one, or one of another version.
# Under sudo all of it runs as the tree's owner, who can then build again without
# sudo.
set -eu

[ $# -gt 0 ] || { echo "usage: ${0##*/} FOLDER [OPTION...]" >&2; exit 2; }
top=$(cd "$(dirname "$0")/.." && pwd)
folder=$1
shift

if [ "$(id -u)" -eq 0 ]; then
	owner=$(stat -c %U "$top")
	if [ "$owner" != root ] && [ "$owner" != UNKNOWN ]; then
		mkdir -p "$folder"
		chown "$owner" "$folder"
		exec runuser -u "$owner" -- "$0" "$folder" "$@"
	fi
fi

# Is configure older than what it is made from, or of an earlier commit?
stale()
{
	[ -x "$top/configure" ] && [ -e "$top/Makefile.in" ] || return 0
	grep -qxF "PACKAGE_VERSION='$("$top/contrib/version.sh")'" \
	    "$top/configure" || return 0
	[ "$(find "$top" -name build\* -prune -o \( -name configure.ac -o \
	    -name Makefile.am -o -name local.mk \) \
	    -newer "$top/configure" -print)" ]
}

# A tree that was configured in its own place cannot be configured in another:
# a copy of it can.
if [ -e "$top/config.status" ]; then
	mkdir -p "$folder/source"
	folder=$(cd "$folder" && pwd)
	tar -C "$top" -cf - --exclude='./build-[!a]*' --exclude=./.git \
	    --exclude="./${folder#"$top/"}" . | tar -C "$folder/source" -xf -
	top=$folder/source
	make -s -C "$top" distclean >/dev/null
fi
if stale; then
	(cd "$top" && autoreconf -fi)
fi
mkdir -p "$folder"
cd "$folder"
"$top/configure" "$@"
make -j"$(nproc)"
