# shellcheck shell=sh disable=SC2034,SC2154
# forward, session and heartbeat without a server

does 'device has never been seen' forward open 6466b34bde54 22:9876
grep -q 'no server is running' "$tmp/out" || fail 'no word of the server'
json 'rows[0]["sport"] == 9877 and rows[0]["state"] == "queued" and
    rows[0]["ttl"] == 900' forward open 6466b34bde54 80:9877 --ttl 15m
does 'added' device add two
refuse 1 'requested for device 6466b34bde54' forward open two 22:9876
refuse 1 'no such device' forward open nobody 22:9879
for bad in 22 22: :9876 22:0 0:22 22:65536 22:9876x a:b 22:9876:1; do
	refuse 2 'two ports' forward open two "$bad"
done
for bad in 0 -1 1y 366d 99999999999 ''; do
	refuse 2 '--ttl' forward open two 22:9879 --ttl "$bad"
	refuse 2 '--timeout' forward open two 22:9879 --timeout "$bad"
done
run 0 forward list
head -n 1 "$tmp/out" | grep -Eqx \
    'DEVICE +DEVICE PORT +SERVER PORT +STATE +SINCE +ENDS +OWNER +REASON' ||
    fail 'headings of forwards'
json 'sorted(r["sport"] for r in rows) == [9876, 9877]' forward list
json 'all(r["owner"] is None for r in rows)' forward list
json 'rows == []' forward list two
refuse 2 'not a server port' forward close 6466b34bde54 x
refuse 1 'has no such forward' forward close 6466b34bde54 1
does '1 forward of 6466b34bde54 closed; no server' \
    forward close 6466b34bde54 9877
json 'sorted(r["state"] for r in rows) == ["closing", "queued"]' forward list
does '1 forward of 6466b34bde54 closed' forward close 6466b34bde54
refuse 1 'has no such forward' forward close 6466b34bde54

# Nobody comes: the timeout leaves it queued.
refuse 1 'stays queued until' forward open two 22:9879 --wait --timeout 1
grep -q 'note: no server is running' "$tmp/err" || fail 'no note of the server'
grep -q 'note: device two has never' "$tmp/err" || fail 'no note of two'
does 'two' forward list
does '1 forward of two' forward close two 9879

does 'SESSION' session list
refuse 1 'no server is running' session kill two
refuse 1 'no server is running' session kill 17
refuse 1 'neither a device nor' session kill nobody
run 0 heartbeat show two
golden <<'EOF'
AT  DEVICE  ADDRESS  EVERY  CLIENT  HEALTH
EOF
run 0 heartbeat tail
json 'rows == []' heartbeat tail -n 5 two
refuse 1 'no such device' heartbeat show nobody
refuse 2 'et-admin: -n requires a number from 1 to ' heartbeat tail -n 0
refuse 2 'requires a number' heartbeat tail -n 1x
