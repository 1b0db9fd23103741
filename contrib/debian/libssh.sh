#!/bin/sh
# Gives et-sshd post-quantum key exchange on a Debian whose own libssh has none
# (12 and 13): builds Debian's libssh 0.12, from sid's source package, and
# installs it for et-sshd alone.
#
#	libssh.sh			builds and installs it, as root
#	libssh.sh --build-only FOLDER	only builds; FOLDER gets the packages
#
# What it installs is a package of its own, et-phone-home-libssh: the library in
# /usr/lib/et-phone-home, where et-sshd-worker looks first and no other program
# looks at all.  Debian's libssh-4 stays, with Debian's security updates, for
# everything else.  Installing and removing it restart et-sshd if that runs.
#
# The source comes from the Debian mirror that apt uses on this machine, by a list
# and a state of its own: apt's own sources and pinning stay as they are.  It is
# used only if Debian's archive has signed it.
#
# Debian's updates do not reach this copy.  Run again, this command installs the
# version that sid has by then, or says that it is there.  When Debian's own
# libssh-4 becomes 0.12 or later, by an upgrade to another release, apt removes
# the copy.
#
# To go back: apt-get remove et-phone-home-libssh
# Exit status: 0 it is there, 1 it failed and nothing is installed, 2 usage, 3 sid's
# source cannot be had.
set -eu

name=${0##*/}
package=et-phone-home-libssh
home=/usr/lib/et-phone-home
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
profiles='nocheck nodoc'
folder=

usage()
{
	cat <<-END
	usage: $name [--build-only FOLDER]

	Builds Debian's libssh 0.12 from sid's source package, and installs it for
	et-sshd alone, which then has post-quantum key exchange: as root.

	  --build-only FOLDER  install nothing; FOLDER gets $package,
	                       libssh-4 and libssh-dev as .deb
	  --help

	What the build needs is installed from apt's own sources, and removed again.
	Run again, it installs a newer one if sid has one.  To go back:
	apt-get remove $package
	END
}

say()
{
	echo "$name: $*"
}

die()
{
	echo "$name: $*" >&2
	exit "$status"
}

case $#,${1-} in
0,)	;;
2,--build-only)
	mkdir -p "$2"
	folder=$(cd "$2" && pwd) ;;
1,--help|1,-h)
	usage
	exit 0 ;;
*)	usage >&2
	exit 2 ;;
esac
status=1	# to exit with, should something fail
root=
[ "$(id -u)" -ne 0 ] || root=yes
[ "$folder" ] || [ "$root" ] ||
    die "installing needs root; --build-only FOLDER does not"
DEBIAN_FRONTEND=noninteractive
LC_ALL=C.UTF-8
export DEBIAN_FRONTEND LC_ALL
umask 022

newcomers=	# packages that the build needs and that were not here
work=$(mktemp -d "${TMPDIR:-/tmp}/et-libssh.XXXXXX")
trap 'remove_tools; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$work"	# apt fetches as a user of its own
log=$work/log

# quietly WORD... COMMAND: what it says is shown if it fails.
quietly()
{
	what=$1
	shift
	say "$what"
	"$@" >"$log" 2>&1 </dev/null || {
		tail -n 30 "$log" >&2
		die "$what: failed; nothing is installed"
	}
}

# --- the source ---------------------------------------------------------

# Of Debian itself, not of its security updates or of others.
mirror()
{
	# shellcheck disable=SC2016 # apt's own variables
	apt-get indextargets --format '$(REPO_URI)' \
	    'Created-By: Packages' 'Origin: Debian' 'Label: Debian' |
	    head -n 1
}

private_apt()
{
	command=$1
	shift
	"$command" -o Dir::State="$work/state" -o Dir::Cache="$work/cache" \
	    -o Dir::Etc::SourceList="$work/sid.list" \
	    -o Dir::Etc::SourceParts=/dev/null \
	    -o Dir::Etc::Preferences=/dev/null \
	    -o Dir::Etc::PreferencesParts=/dev/null \
	    -o APT::Default-Release= \
	    -o Acquire::AllowInsecureRepositories=false \
	    -o Acquire::AllowWeakRepositories=false \
	    -o APT::Get::AllowUnauthenticated=false "$@"
}

# What sid has: version=...
look_up()
{
	[ -e "$keyring" ] || die "no $keyring, by which Debian's signature is" \
	    "checked: apt-get install debian-archive-keyring"
	uri=$(mirror)
	if [ -z "$uri" ] && [ "$root" ]; then
		quietly "apt-get update" apt-get update
		uri=$(mirror)
	fi
	[ "$uri" ] ||
	    die "apt knows no mirror of Debian: is this Debian? apt-get update"
	mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" \
	    "$work/source"
	echo "deb-src [signed-by=$keyring] $uri sid main" >"$work/sid.list"
	[ -z "$root" ] || chown _apt "$work/source"
	quietly "looking for libssh's source in sid" private_apt apt-get \
	    -o APT::Update::Error-Mode=any update
	version=$(private_apt apt-cache showsrc --only-source libssh |
	    sed -n 's/^Version: //p' | sort -V | tail -n 1)
	[ "$version" ] || die "$uri has no source of libssh in sid"
	dpkg --compare-versions "$version" ge 0.12.2 ||
	    die "$uri has libssh $version in sid: 0.12.2 or later is needed"
}

fetch()
{
	(cd "$work/source" &&
	    private_apt apt-get source --only-source --download-only \
		"libssh=$version")
}

# --- the build ----------------------------------------------------------

builddep()
{
	apt-get -q -y --no-install-recommends --arch-only \
	    -P "$(echo "$profiles" | tr ' ' ,)" "$@" build-dep "$dsc"
}

install_tools()
{
	[ "$root" ] || return 0
	quietly "apt-get update" apt-get update
	newcomers=$(builddep -s | sed -n 's/^Inst \([^ ]*\) (.*/\1/p')
	[ "$newcomers" ] || return 0
	quietly "installing what the build needs, for as long as it takes" \
	    builddep -o DPkg::Lock::Timeout=300
	# shellcheck disable=SC2086 # a list of words
	apt-mark auto $newcomers >/dev/null
}

# At the end, also of a failure: the newcomers that nothing depends on by now.
# What was here did without what it suggests.
remove_tools()
{
	[ "$newcomers" ] || return 0
	say "removing what the build needed"
	echo "$newcomers" | sort >"$work/newcomers"
	idle=$(apt-get -s -o APT::AutoRemove::SuggestsImportant=false \
	    -o APT::AutoRemove::RecommendsImportant=false autoremove |
	    sed -n 's/^Remv \([^ ]*\) .*/\1/p' | sort |
	    comm -12 - "$work/newcomers")
	[ "$idle" ] || return 0
	# shellcheck disable=SC2086 # a list of words
	apt-get -q -y -o DPkg::Lock::Timeout=300 purge $idle >"$log" 2>&1 ||
	    tail -n 30 "$log" >&2
	newcomers=
}

build()
{
	cd "$work/source"
	dpkg-source -x "$dsc" tree
	cd tree
	DEB_BUILD_PROFILES=$profiles
	DEB_BUILD_OPTIONS="$profiles noautodbgsym parallel=$(nproc)"
	export DEB_BUILD_PROFILES DEB_BUILD_OPTIONS
	dpkg-checkbuilddeps -B
	dpkg-buildpackage -B -us -uc
}

# --- the package --------------------------------------------------------

# restart WHEN: a maintainer script.  A worker loads the library as it starts.
restart()
{
	cat <<-END
	#!/bin/sh
	set -e
	if [ "\$1" = $1 ] && [ -d /run/systemd/system ]; then
	    systemctl try-restart et-sshd.service || :
	fi
	END
}

control()
{
	cat <<-END
	Package: $package
	Source: libssh ($version)
	Version: $ours
	Architecture: $(dpkg-deb -f "$1" Architecture)
	Maintainer: ET Phone Home maintainers <maintainers@et-phone-home.invalid>
	Section: libs
	Priority: optional
	Depends: $(dpkg-deb -f "$1" Depends)
	Breaks: libssh-4 (>= 0.12~)
	Description: libssh $version for et-sshd alone
	 Debian's libssh of sid, built on this machine by libssh.sh: et-sshd has
	 post-quantum key exchange with it.  No other program uses it.
	 .
	 Debian's security updates do not reach it: run libssh.sh again.
	END
}

# The library of Debian's package, in a package of its own.
wrap()
{
	deb=$(echo "$work"/source/libssh-4_*.deb)
	tree=$work/package doc=usr/share/doc
	mkdir -p "$tree/DEBIAN" "$tree$home" "$tree/$doc/$package"
	dpkg-deb -x "$deb" "$work/theirs"
	cp -P "$work"/theirs/usr/lib/*/libssh.so.4* "$tree$home/"
	cp "$work/theirs/$doc/libssh-4"/* "$tree/$doc/$package/"
	control "$deb" >"$tree/DEBIAN/control"
	# A package of et-sshd that is built here goes on to need Debian's.
	echo "libssh 4 libssh-4 (>= 0.10.6)" >"$tree/DEBIAN/shlibs"
	restart configure >"$tree/DEBIAN/postinst"
	restart remove >"$tree/DEBIAN/postrm"
	chmod 755 "$tree/DEBIAN/postinst" "$tree/DEBIAN/postrm"
	dpkg-deb --root-owner-group --build "$tree" \
	    "$work/source/${package}_${ours}_$(dpkg --print-architecture).deb"
}

# --- all of it ----------------------------------------------------------

installed()
{
	dpkg-query -W -f '${db:Status-Status} ${Version}' "$1" 2>/dev/null |
	    sed -n 's/^installed //p'
}

# Debian's own libssh may do; nothing is to be built that is there.
check_needed()
{
	theirs=$(installed libssh-4)
	if [ "$theirs" ] && dpkg --compare-versions "$theirs" ge 0.12.2; then
		say "Debian's own libssh-4 $theirs has post-quantum key" \
		    "exchange: nothing to do"
		exit 0
	fi
}

release()
{
	sed -n 's/^VERSION_ID="*\([0-9]*\).*/\1/p' /etc/os-release
}

[ "$folder" ] || check_needed
status=3
look_up
ours=$version~deb$(release)
if [ -z "$folder" ] && [ "$(installed $package)" = "$ours" ]; then
	say "$package $ours is installed, and is the newest"
	exit 0
fi
quietly "fetching libssh $version" fetch
status=1
dsc=$(echo "$work"/source/*.dsc)
install_tools
quietly "building libssh $version" build
quietly "packing $package $ours" wrap
if [ "$folder" ]; then
	cp "$work"/source/*.deb "$folder/"
	remove_tools
	say "$folder has $package, libssh-4 and libssh-dev"
	exit 0
fi
quietly "installing $package $ours" apt-get -q -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 install \
    "$work/source/${package}_${ours}_$(dpkg --print-architecture).deb"
remove_tools
say "et-sshd uses libssh $version from now on; all else keeps Debian's"
say "for its security updates run this again: Debian's do not reach it"
say "to go back: apt-get remove $package"
