# shellcheck shell=sh disable=SC2034,SC2154
# device import: both forms, all or nothing, the numbers of wrong lines

a=$(ssh-keygen -q -t ed25519 -N '' -C 'a, "quoted"' -f "$tmp/ia" &&
    cat "$tmp/ia.pub")
b=$(ssh-keygen -q -t ed25519 -N '' -C '' -f "$tmp/ib" && cat "$tmp/ib.pub")
c=$(ssh-keygen -q -t rsa -b 2048 -N '' -C c -f "$tmp/ic" && cat "$tmp/ic.pub")
weak=$(ssh-keygen -q -t rsa -b 1024 -N '' -C w -f "$tmp/iw" &&
    cat "$tmp/iw.pub")
before=$("$admin" -c "$tmp/conf" device list --json)

# wrong TEXT LINE...: the file is refused, says this, and changes nothing.
wrong()
{
	text=$1
	shift
	printf '%s\n' "$@" >"$tmp/import"
	run 1 device import "$tmp/import"
	grep -Fq -- "$text" "$tmp/err" || fail "$called: does not say: $text"
	[ "$("$admin" -c "$tmp/conf" device list --json)" = "$before" ] ||
	    fail "$called: it changed something"
}

refuse 1 'No such file' device import "$tmp/none"
# What has no end is not kept in memory: 64 MiB.
head -c 67108865 /dev/zero | "$admin" -c "$tmp/conf" device import - \
    >"$tmp/out" 2>"$tmp/err" && fail 'more than 64 MiB are imported'
grep -q 'File too large' "$tmp/err" || fail "more than 64 MiB: $(cat "$tmp/err")"
wrong 'import:1: id "UP!" is not allowed' 'UP!'
wrong 'import:2: missing id' 'x' ",$b"
wrong 'import:2: key: not a public key of an accepted type' 'x' 'y,nonsense'
wrong 'import:1: key: the RSA key has less' "x,$weak"
wrong 'import:1: more than 4 fields' "x,$b,y,z,zz"
wrong 'import:1: unbalanced quotes in field 2' 'x,"y'
wrong 'import:1: unbalanced quotes in field 1' '"x"y,z'
wrong 'import:3: tag "T!"' '# a comment' 'x' 'y,,,T!'
wrong "import:2: device x has that key already" "x,$b" "y,$b"
wrong 'import:2: device x has that id or alias' "x,$b" "x,$c"
wrong 'import:3: device x has that id or alias' "x,$b" y z,,x
wrong 'import: 2 lines are wrong: no device imported' 'A!' 'B!' 'fine'
wrong 'import:1: unexpected name "name"' '{"name": "x"}'
wrong 'import:1: key is not text' '{"id": "x", "key": 7}'
wrong 'import:2: ' '{"id": "x"}' '{"id": "y"'
wrong 'import:2: ' '{"id": "x"}' 'y'
wrong 'import:1: id "enroll" is not allowed' enroll
printf 'x\0y\n' >"$tmp/import"
run 1 device import "$tmp/import"
grep -q 'import:1: not text' "$tmp/err" || fail 'NUL bytes'

# Columns in another order, quotes, a MAC as people write it.
cat >"$tmp/import" <<END
alias,id,tags,key
attic,AA:BB:CC:DD:EE:01,lab new,"$(printf %s "$a" | sed 's/"/""/g')"
"",i2,"lab,old",$b

# no key yet
,i3,,
END
does '3 devices imported, 0 already in the store' device import "$tmp/import"
grep -q 'import:2: AA:BB:CC:DD:EE:01 is stored as aabbccddee01$' "$tmp/err" ||
    fail 'no note of the other id'
json 'any(r["device"] == "aabbccddee01" and r["alias"] == "attic" and
    r["tags"] == ["lab", "new"] for r in rows)' device list
json 'any(r["device"] == "i2" and r["tags"] == ["lab", "old"]
    for r in rows)' device list
json 'rows[0]["comment"] == "a, \x22quoted\x22"' key list attic
does '0 devices imported, 3 already in the store' device import "$tmp/import"
printf '%s\n' "{\"id\": \"i4\", \"key\": [\"$c\", null], \"tags\": [\"x\"]}" \
    "{\"id\": \"i3\", \"alias\": null}" >"$tmp/import"
"$admin" -c "$tmp/conf" device import - <"$tmp/import" >"$tmp/out"
grep -q '1 device imported, 1 already in the store' "$tmp/out" || fail 'JSON Lines'
json 'len(rows) == 1 and rows[0]["type"] == "ssh-rsa"' key list i4
# A device that is there is not there "already" with another's key, or none.
kept=$("$admin" -c "$tmp/conf" device list --json)
for line in "i3,,$c" "i2,,$c"; do
	echo "id,alias,key" >"$tmp/import"
	echo "$line" >>"$tmp/import"
	run 1 device import "$tmp/import"
	grep -q 'has that id or alias already' "$tmp/err" ||
	    fail "$called: does not say that it is there"
done
[ "$("$admin" -c "$tmp/conf" device list --json)" = "$kept" ] ||
    fail "another's key: it changed something"
for id in aabbccddee01 i2 i3 i4; do
	run 0 device remove $id
done
[ "$("$admin" -c "$tmp/conf" device list --json)" = "$before" ] ||
    fail 'something is left'
