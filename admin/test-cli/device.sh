# shellcheck shell=sh disable=SC2034,SC2154
# device and key

ed=AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
ed2=AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g
echo "ssh-ed25519 $ed root@one" >"$tmp/one.pub"
{
	echo 'Public key portion is:'
	echo "ssh-ed25519 $ed2 root@two"
	echo 'Fingerprint: SHA256:whatever'
} >"$tmp/two.txt"

refuse 1 'no store at' device list
does 'device 6466b34bde54 added' device add 64:66:B3:4B:DE:54 \
    --key "$tmp/one.pub" --alias home --tag b --tag a
grep -q '^et-admin: note: 64:66:B3:4B:DE:54 is stored as 6466b34bde54$' \
    "$tmp/err" || fail 'no note of the other id'
[ "$(stat -c %a "$tmp/store.db")" = 600 ] || fail 'others may read the store'
does 'without a key' device add two

refuse 1 'has that id' device add 6466b34bde54
refuse 1 'has that id' device add device6466b34bde54
refuse 1 'has that id' device add three --alias home
refuse 1 'has that key' device add three --key "$tmp/one.pub"
refuse 1 'is not allowed' device add 'a b'
refuse 1 'is not allowed' device add ''
refuse 1 'is not allowed' device add "$(printf '%065d' 0)"
refuse 1 'is not allowed' device add "$(printf 'a\033[31m')"
refuse 1 'x\x1b' device add "$(printf 'x\033')"
refuse 1 'tag "A B" is not' device add three --tag 'A B'
refuse 1 'alias "-" is not' device add three --alias -
refuse 1 'No such file' device add three --key "$tmp/none"
refuse 1 'Is a directory' device add three --key "$tmp"
refuse 1 "$tmp/conf: " device add three --key "$tmp/conf"
refuse 1 'stdin: ' device add three --key -
does 'key list' key --help
json 'len(rows) == 2' device list

run 0 device list
golden <<'EOF'
DEVICE        ALIAS  STATE  LAST SEEN  ADDRESS  CLIENT  POLLS EVERY  TAGS  NOTE
6466b34bde54  home   never  never      -        -       -            a,b   -
two           -      never  never      -        -       -            -     -
EOF
json 'rows[0] == {"device": "6466b34bde54", "alias": "home", "state": "never",
    "enabled": True, "connected": False, "last_seen": None, "addr": None,
    "client": None, "interval": None, "tags": ["a", "b"], "duplicate_key": None,
    "places": [], "version": None, "model": None, "firmware": None,
    "uptime": None, "load": None, "memory": None, "memory_total": None,
    "temp": None, "wan": None, "signal": None, "denied": None,
    "health": {}}' device list
json '[r["device"] for r in rows] == ["6466b34bde54"]' \
    device list --tag a --tag b
json 'rows == []' device list --tag a --tag c
json 'rows == []' device list --state online
json 'len(rows) == 2' device list --state never
refuse 2 'no such state' device list --state up
refuse 2 'no such field: memory_free; must be id, alias' \
    device list --where 'memory_free<5'
refuse 2 'no device tells it: memroy; there are id, alias' \
    device list --where 'memroy<5'
refuse 2 'or a percentage: 5%' device list --where 'memory<few'
refuse 2 'not a condition: memory; must be FIELD and one of' \
    device list --where memory
refuse 2 'no such field: x_y; must be id' device list --sort x_y
refuse 2 'no device tells it: zz' device list --sort zz
refuse 2 'comes :asc or :desc' device list --sort id:up
json '[r["device"] for r in rows] == ["two", "6466b34bde54"]' \
    device list --sort id:desc
json '[r["device"] for r in rows] == ["6466b34bde54"]' \
    device list --where alias~OM --where 'tag=a' --where 'created<1h'
run 0 device list --sort memory
head -n 1 "$tmp/out" | grep -q ' TAGS  MEMORY FREE  NOTE' ||
    fail 'no column of what it is sorted by'
run 0 device list --wide
head -n 1 "$tmp/out" | grep -q ' MODEL  FIRMWARE .*OTHER HEALTH  NOTE' ||
    fail 'no columns with --wide'
does 'MEMORY FREE' device list -o device,memory

does 'key SHA256:' key add two "$tmp/two.txt"
refuse 1 'has that key' key add two "$tmp/two.txt"
refuse 1 'has that key' key add home "$tmp/two.txt"
refuse 1 'no such device' key add nobody "$tmp/two.txt"
run 0 key list
head -n 1 "$tmp/out" | grep -Eqx \
    'DEVICE +FINGERPRINT +TYPE +ADDED +COMMENT' || fail 'headings of keys'
json 'len(rows) == 2 and rows[1]["comment"] == "root@two"' key list
json 'len(rows) == 1 and rows[0]["type"] == "ssh-ed25519"' key list two
two=$(sed 's/.*"key":"\([^"]*\)".*/\1/' "$tmp/out")
refuse 1 'no such device' key list nobody
json 'rows[0]["keys"][0]["key"].startswith("SHA256:") and
    rows[0]["forwards"] == rows[0]["heartbeats"] == []' device show home
does 'Next poll      not known' device show DEVICE64-66-b3-4b-de-54
refuse 1 'no such device' device show nobody

does 'has the tags a,c' device tag home +c -b
refuse 1 'has no tag b' device tag home -b
refuse 2 'missing + or -: +b adds' device tag home b
refuse 1 'is not allowed' device tag home +B
does 'has no tags' device tag home -a -c
does 'has the alias attic' device alias home attic
refuse 1 'has that id' device alias two attic
refuse 1 'is not allowed' device alias two 'A!'
does 'has no alias' device alias attic ''
does 'device two renamed to attic; set this id on the device as well' \
    device rename two Attic
grep -q '^et-admin: note: Attic is stored as attic$' "$tmp/err" ||
    fail 'no note of the other id'
does 'has the alias two' device alias attic two
refuse 1 'has that id' device rename 6466b34bde54 two
run 0 device rename deviceattic two
[ "$(cat "$tmp/out")" = 'device attic renamed to two' ] || fail 'its alias'
json 'rows[1]["device"] == "two" and rows[1]["alias"] is None' device list
refuse 1 'no such device' device show attic
refuse 1 'before ids' device rename two device-2
refuse 1 'would be read as an address' device add 192.0.2.7
refuse 1 'write 6466b34bde54' device alias two 64-66-b3-4b-de-54
refuse 1 'in a jump' device add localhost
does 'no names to change' doctor
json 'rows == []' doctor
does 'Device         two' device show id:two
refuse 1 'no such device' device show id:Two
does 'disabled; no server is running' device disable two
does 'two           -      disabled  never' device list --state never
does 'device two enabled' device enable two
does 'device two enabled' device enable two

does 'revoked; no server is running' key revoke "$two"
refuse 1 'no device has the key' key revoke "$two"
refuse 1 'is not a fingerprint' key revoke SHA256:short
does 'device two removed' device remove two
refuse 1 'no such device' device remove two
json 'len(rows) == 1' key list
