# shellcheck shell=sh disable=SC2034,SC2154
# with a server: changes settle

refuse 1 'no server is running' status
json_down=$("$admin" -c "$tmp/conf" status --json 2>/dev/null || :)
echo "$json_down" | python3 -c '
import json, sys
assert json.load(sys.stdin)["running"] is False' || fail 'status --json'

does 'added' key add two "$tmp/two.txt"
serve serve
"$standin" "$store" status '{"version":"1","counters":{"polls":7},
    "workers":[{"worker":1,"pid":12,"ready":true}]}'
does 'polls since start  7' status
does 'WORKER  PID  READY  CONNECTIONS  SERVED' status
does '1       12   yes    -            -' status
json 'rows[0]["running"] and rows[0]["nodes"][0]["status"]["counters"] ==
    {"polls": 7}' status

"$standin" "$store" session two 41 "$two"
"$standin" "$store" session two 42 "$two"
json '[(r["session"], r["device"], r["key"], r["ports"]) for r in rows] ==
    [(41, "two", "'"$two"'", [9876]), (42, "two", "'"$two"'", [9876])]' \
    session list
does 'killed a session of two; 1 session ended' session kill 41
json '[r["session"] for r in rows] == [42]' session list
does 'killed all sessions of two; 1 session ended' session kill two
json 'rows == []' session list
refuse 1 'has no live session' session kill two
refuse 1 'number 42 has no live session' session kill 42
refuse 1 'neither a device nor' session kill 42x
"$standin" "$store" session two 43 "$two"
does 'device two disabled; 1 session ended' device disable two
does 'device two disabled; no session was open' device disable two
json 'rows == []' session list
does 'enabled' device enable two
"$standin" "$store" session two 44 "$two"
does 'revoked; 1 session ended' key revoke "$two"
does '22' forward open two 22:9879
does '1 forward of two closed' forward close two
json 'rows == []' forward list
json '[r["state"] for r in rows if r["sport"] == 9879][-1] == "cancelled"' \
    forward list --all
does 'added' permit add two 9000
does 'removed' permit remove two 9000
stop

# One that does not act: done within two seconds, and it says so.
serve deaf
start=$(date +%s)
refuse 1 'did not confirm' device disable two
[ $(($(date +%s) - start)) -le 3 ] || fail 'waited too long'
json 'not rows[1]["enabled"]' device list
stop
does 'disabled; no server is running' device disable two
run 0 device enable two
