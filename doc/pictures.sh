#!/bin/sh
# Makes each picture of this folder, NAME.svg, of its text, NAME.msc, with
# mscgen(1).
#
#	pictures.sh		makes them
#	pictures.sh -c		names those that are not what their text says;
#				exit status 1 if there is one, 77 without mscgen
set -eu

cd "$(dirname "$0")"
command -v mscgen >/dev/null || { echo "no mscgen" >&2; exit 77; }

# draw NAME: on white, since a page may be dark; each label so far above its arrow
# that no letter touches that, with white around it where a line crosses.
draw()
{
	mscgen -T svg -i "$1.msc" -o - |
	    sed -e 's,^ stroke-width=.*>$,&\
<rect width="100%" height="100%" fill="white"/>,' \
		-e 's,^<polygon fill="white",& stroke="white" stroke-width="5" \
transform="translate(0 -3)",' \
		-e 's,^<text ,&dy="-3" ,'
}

status=0
for text in *.msc; do
	name=${text%.msc}
	if [ "${1-}" != -c ]; then
		draw "$name" >"$name.svg"
	elif ! draw "$name" | cmp -s - "$name.svg"; then
		echo "doc/$name.svg is not doc/$name.msc: doc/pictures.sh makes it"
		status=1
	fi
done
exit $status
