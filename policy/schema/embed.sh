#!/bin/sh
# embed.sh FILE...: the migrations as C, on standard output.  A file is
# NNN_name.sql; NNN is the version that a store has after it.
set -eu

cat <<'END'
#include "config.h"

#include "store_sqlite.h"

const struct migration store_migrations[] = {
END
for file in "$@"; do
	name=${file##*/}
	number=${name%%_*}
	while [ "${number#0}" != "$number" ]; do
		number=${number#0}
	done
	echo "	{ $number, \"$name\","
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/	    "/' -e 's/$/\\n"/' \
	    "$file"
	echo "	},"
done
cat <<'END'
	{ 0, NULL, NULL },
};
END
