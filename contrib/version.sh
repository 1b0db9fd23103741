#!/bin/sh
# Prints the version of this tree, as configure, the packages and the device's
# client have it:
#
#	2.0~rc1			the tag v2.0-rc1 (or v2.0~rc1, 2.0-rc1)
#	2.0~rc1+5.g1a2b3c4	five commits after that tag
#	2.0~dev.812.g1a2b3c4	no tag yet: the number of commits
#	what .tarball-version has	outside git, in what "make dist" packed
#
# dpkg --compare-versions puts each of them after what came before it.
set -eu

next=2.0	# what untagged commits lead to
top=$(cd "$(dirname "$0")/.." && pwd)

git_here()
{
	git -c safe.directory="$top" -C "$top" "$@" 2>/dev/null
}

# The tag, without v and with ~ where a hyphen stands before rc1 and the like.
version_of_tag()
{
	tag=$(git_here describe --tags --abbrev=7 --match 'v[0-9]*' \
	    --match '[0-9]*') || return
	echo "$tag" | sed -E -e 's/^v//' \
	    -e 's/-([0-9]+)-(g[0-9a-f]+)$/+\1.\2/' -e 's/-([a-z])/~\1/'
}

version_of_commit()
{
	count=$(git_here rev-list --count HEAD) || return
	echo "$next~dev.$count.g$(git_here rev-parse --short=7 HEAD)"
}

if [ -e "$top/.tarball-version" ]; then
	cat "$top/.tarball-version"
elif [ -e "$top/.git" ]; then
	version_of_tag || version_of_commit || echo "$next~dev"
else
	echo "$next~dev"
fi
