#!/bin/sh
# Makes the Debian packages of this tree:
#
#	build.sh FOLDER
#
# In a clone: of HEAD, whatever else the tree has; else of the tree as it is.
# FOLDER gets et-phone-home-server and et-phone-home as .deb, an SBOM in SPDX, and
# SHA256SUMS.  The same commit on the same Debian gives the same bytes.
# ETPH_VERSION gives them another version.
set -eu

[ $# -eq 1 ] || { echo "usage: ${0##*/} FOLDER" >&2; exit 2; }
top=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
version=${ETPH_VERSION:-$("$top/contrib/version.sh")}
umask 022
LC_ALL=C.UTF-8 TZ=UTC
export LC_ALL TZ

work=$(mktemp -d "${TMPDIR:-/tmp}/et-debian.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
tree=$work/et-phone-home-$version
mkdir "$tree"

git_here()
{
	git -c safe.directory="$top" -C "$top" "$@"
}

# The time of the last commit, or of what a tarball has.
if [ -e "$top/.git" ]; then
	[ -z "$(git_here status --porcelain --untracked-files=no)" ] ||
	    echo "${0##*/}: changes that are not committed are left out" >&2
	git_here archive --format=tar HEAD | tar -x -C "$tree"
	SOURCE_DATE_EPOCH=$(git_here log -1 --format=%ct)
else
	tar -c -C "$top" --exclude='./build?*' --exclude=./.git . |
	    tar -x -C "$tree"
	SOURCE_DATE_EPOCH=$(stat -c %Y "$top/NEWS")
fi
export SOURCE_DATE_EPOCH
echo "$version" >"$tree/.tarball-version"

mkdir "$tree/debian"
cp -R "$tree/contrib/debian/." "$tree/debian/"
cat >"$tree/debian/changelog" <<END
et-phone-home ($version) unstable; urgency=medium

  * Version $version: see NEWS.

 -- $(sed -n 's/^Maintainer: //p' "$tree/debian/control")  $(date -R -d "@$SOURCE_DATE_EPOCH")
END

DEB_BUILD_OPTIONS="noautodbgsym parallel=$(nproc) ${DEB_BUILD_OPTIONS-}"
export DEB_BUILD_OPTIONS
(cd "$tree" && dpkg-buildpackage --build=binary --no-sign --no-pre-clean)
cp "$work"/*.deb "$folder/"
(cd "$folder" &&
    python3 "$tree/contrib/debian/sbom.py" "$version" "$work"/*.deb \
	>"et-phone-home_$version.spdx.json" &&
    sha256sum -- *"_$version"[._]* >SHA256SUMS)
