#!/bin/sh
# embed.sh NAME FILE...: the migrations as C, the array NAME, on standard
# output.  A file is NNN_name.sql; NNN is the version that a store has after
# it.  A line "-- oldest N" in it says that programs of a schema before N
# cannot use the store any more; without one they can as far as before.
set -eu

array=$1
shift
cat <<END
#include "config.h"

#include "store_backend.h"

const struct migration ${array}[] = {
END
for file in "$@"; do
	name=${file##*/}
	number=${name%%_*}
	while [ "${number#0}" != "$number" ]; do
		number=${number#0}
	done
	oldest=$(sed -n 's/^-- oldest \([0-9][0-9]*\)$/\1/p' "$file")
	echo "	{ $number, ${oldest:-0}, \"$name\","
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/	    "/' -e 's/$/\\n"/' \
	    "$file"
	echo "	},"
done
cat <<'END'
	{ 0, 0, NULL, NULL },
};
END
