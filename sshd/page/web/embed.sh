#!/bin/sh
# embed.sh FILE...: the page's files as C, on standard output, each plain and by
# gzip, with its media type and a hash of its bytes.
set -eu

media_type()
{
	case $1 in
	*.html) echo "text/html; charset=utf-8" ;;
	*.css) echo "text/css; charset=utf-8" ;;
	*.js) echo "text/javascript; charset=utf-8" ;;
	*.svg) echo "image/svg+xml" ;;
	*.png) echo "image/png" ;;
	*.txt) echo "text/plain; charset=utf-8" ;;
	*)
		echo "embed.sh: $1: no media type" >&2
		return 1
		;;
	esac
}

bytes_as_c()
{
	echo "static const unsigned char $1[] = {"
	od -An -v -tu1 | sed -e 's/  *\([0-9]\)/ \1/g' -e 's/\([0-9]\)\( \|$\)/\1,\2/g'
	echo "};"
}

cat <<'END'
#include "config.h"

#include "web_file.h"

END
is_smaller() # FILE: by gzip
{
	[ "$(gzip -9nc "$1" | wc -c)" -lt "$(wc -c <"$1")" ]
}

n=0
for file; do
	n=$((n + 1))
	bytes_as_c "bytes_$n" <"$file"
	! is_smaller "$file" || gzip -9nc "$file" | bytes_as_c "zipped_$n"
done
echo
echo "const struct web_file web_files[] = {"
n=0
for file; do
	n=$((n + 1))
	type=$(media_type "$file")
	hash=$(sha256sum "$file" | cut -c 1-32)
	printf '    {"%s", "%s", "\\"%s\\"", bytes_%d, sizeof(bytes_%d),\n' \
	    "${file##*/}" "$type" "$hash" "$n" "$n"
	if is_smaller "$file"; then
		printf '\tzipped_%d, sizeof(zipped_%d)},\n' "$n" "$n"
	else
		printf '\tNULL, 0},\n'
	fi
done
echo "    {NULL, NULL, NULL, NULL, 0, NULL, 0},"
echo "};"
