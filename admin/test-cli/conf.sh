# shellcheck shell=sh disable=SC2034,SC2154
# the configuration and the store

refuse 1 'No such file' -c "$tmp/none" device list
printf 'user = "x"\nstore = \n' >"$tmp/bad"
refuse 1 'not a regular file' -c "$tmp" device list
refuse 1 "et-sshd -t -f $tmp/bad prints the line" -c "$tmp/bad" device list
refuse 1 'mysql' -s mysql:x device list
echo garbage >"$tmp/garbage"
refuse 1 'is not a store' -s "sqlite:$tmp/garbage" device list
refuse 1 "$tmp/none" -s "sqlite:$tmp/none/store.db" device add x
does 'device x added' -s "sqlite:$tmp/other.db" device add x
does 'x' device list -s "sqlite:$tmp/other.db"
# The output cannot be written.
got=0
"$admin" -c "$tmp/conf" device list >/dev/full 2>"$tmp/err" || got=$?
[ $got = 1 ] || fail "device list to a full disk: exit $got"
grep -q 'cannot write the output' "$tmp/err" || fail 'a full disk is not told'
