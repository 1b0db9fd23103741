# shellcheck shell=sh disable=SC2034,SC2154
# several servers on one store

refuse 1 'no such node: b' node drain b
refuse 1 'no such node: b' node undrain b
refuse 1 'no such node: b' node remove b
does 'added' key add two "$tmp/two.txt"
serve serve
refuse 1 'stop et-sshd instead' node drain standin
does 'node standin is not drained' node undrain standin
refuse 1 'is alive' node remove standin
json '[(r["node"], r["state"], r["lag_ms"], r["lag_changes"], r["problem"])
    for r in rows] == [("standin", "alive", 0, 0, None)]' node list
run 0 status
! grep -q 'All nodes' "$tmp/out" || fail 'one node is not summed'
run 0 session list
cp "$tmp/out" "$tmp/alone"

# A second one, which does not act.
"$standin" "$store" status '{"connections":4,"counters":{"polls":7}}'
"$standin" "$store" node b 0 60 10.0.1.8:2223
json 'rows[0]["node"] == "b" and rows[0]["addr"] == "10.0.1.8:2223" and
    rows[0]["version"] == "2.0" and rows[0]["stale_limit"] == 60 and
    (rows[0]["connections"], rows[0]["devices"], rows[0]["jumps"]) == (3, 2, 1)
    and rows[0]["problem"] is None and
    "node-listen" in rows[1]["problem"]' node list
does 'polls since start      12' status
does 'connections now        7' status
grep -Eq '^b +alive ' "$tmp/out" || fail 'status has no line of b'
json '[n["node"] for n in rows[0]["nodes"]] == ["b", "standin"] or
    [n["node"] for n in rows[0]["nodes"]] == ["standin", "b"]' status
at=$(python3 -c 'import sqlite3, sys, time
alive = sqlite3.connect(sys.argv[1]).execute(
    "SELECT alive FROM node WHERE name = ?", ("b",)).fetchone()[0]
print(time.strftime("%Y-%m-%d %H:%M:%S", time.localtime((alive + 60e6) / 1e6)))' \
    "$tmp/store.db")
refuse 1 "device two disabled, but 1 of 2 nodes did not confirm that within 1 \
second: b (refuses logins by itself from $at)" device disable two
json '[r["lag_changes"] for r in rows if r["node"] == "standin"] == [0] and
    [r["lag_changes"] >= 2 and 1000 <= r["lag_ms"] < 60000 and
     "has not applied changes" in r["problem"]
     for r in rows if r["node"] == "b"] == [True]' node list
"$standin" "$store" node c 0
refuse 1 '2 of 3 nodes did not confirm that within 1 second: b (' \
    device disable two
grep -q '), c; see' "$tmp/err" || fail 'c without a limit is not named'
run 0 permit add two 9001
for command in 'permit remove two 9001' 'penalty clear 192.0.2.9'; do
	# shellcheck disable=SC2086 # its words
	refuse 1 '2 of 3 nodes did not confirm' $command
done

# The doctor says what does not fit.
run 1 doctor --json
python3 -c '
import json, sys
rows = {(r["name"], r["problem"]) for r in map(json.loads, sys.stdin)
        if r["check"] == "nodes"}
assert rows == {
    ("c", "other nodes do not reach its devices"),
    ("standin", "other nodes do not reach its devices"),
    ("standin", "runs an older version, and b runs 2.0")}, rows' \
    <"$tmp/out" 2>"$tmp/err" || fail 'what the doctor finds'
"$standin" "$store" node c 0 60 10.0.1.9:2224
run 1 doctor
grep -q 'c .*its node-listen has port 2224, that of b has 2223' "$tmp/out" ||
    fail 'no word of another port'
"$standin" "$store" node c 30
run 1 doctor
grep -q 'c .*no sign of life for 3. s .*node remove c' "$tmp/out" ||
    fail 'no word of the dead one'

# Figures of each.
run 0 metrics
for line in 'et_node_up{node="b"} 1' 'et_node_up{node="c"} 0' \
    'et_node_devices{node="b"} 2' 'et_node_connections{node="standin"} 4' \
    'et_node_jumps{node="b"} 1' 'et_node_lag_changes{node="standin"} 0'; do
	grep -Fqx "$line" "$tmp/out" || fail "no $line"
done
! grep -q '^et_node_lag_seconds{node="c"}' "$tmp/out" || fail 'lag of the dead'
grep -Eq '^et_node_lag_seconds{node="b"} [1-9]' "$tmp/out" ||
    fail 'b is not behind'

# The dead are not waited for.
"$standin" "$store" node b 20 60
"$standin" "$store" node c 3600
json '[(r["node"], r["state"]) for r in rows] ==
    [("b", "dead"), ("c", "dead"), ("standin", "alive")] and
    rows[0]["problem"].startswith("no sign of life for 2") and
    rows[0]["lag_ms"] is None and rows[0]["connections"] is None' node list
does 'device two enabled' device enable two
does 'node c removed' node remove c
refuse 1 'no such node: c' node remove c

# Sessions are told apart by their node.
"$standin" "$store" node b 0 60
"$standin" "$store" session two 41 "$two"
"$standin" "$store" session two 41 "$two" b
"$standin" "$store" session two 43 "$two" b
does 'b/43' session list
does 'standin/41' session list
json 'sorted((r["node"], r["session"]) for r in rows) ==
    [("b", 41), ("b", 43), ("standin", 41)]' session list
refuse 1 'on several nodes: use one of b/41, standin/41' session kill 41
"$standin" "$store" node b 20 60
does '1 session ended' session kill standin/41
refuse 1 'number standin/43 has no live session' session kill standin/43
json 'sorted((r["node"], r["session"]) for r in rows) ==
    [("b", 41), ("b", 43)]' session list
for bad in /41 b/ b/x b//; do
	refuse 1 'neither a device nor' session kill "$bad"
done

# A forward names the one that binds its port.
does 'to port 9880 of node b, for' forward open two 22:9880 --node b
grep -q 'node b is dead' "$tmp/err" || fail 'no word that b is dead'
refuse 1 'no such node: nobody' forward open two 22:9881 --node nobody
refuse 2 'not node b' forward open two 22:9881 --node b --ssh true
"$standin" "$store" node b 0 60
run 0 forward list
grep -Eq '^two +22 +9880 +b ' "$tmp/out" || fail 'no node of a forward'
json '[r["node"] for r in rows if r["sport"] == 9880] == ["b"]' forward list
"$standin" "$store" node b 20 60
does 'closed' forward close two 9880

# Drained, and gone.
refuse 1 'node b is dead, since 2' node drain b
"$standin" "$store" node b 0 60
"$admin" -c "$tmp/conf" node drain b --wait >"$tmp/drain" 2>&1 &
waiting=$!
ends=0
wait "$waiting" || ends=$?
waiting=
[ "$ends" = 1 ] || fail "drain of one that does not answer: $ends"
grep -q '1 of 2 nodes did not confirm' "$tmp/drain" || fail 'drain says nothing'
json '[r["state"] for r in rows] == ["draining", "alive"]' node list
"$standin" "$store" node b 20 60
json '(rows[0]["state"], rows[0]["problem"]) == ("drained", None)' node list
refuse 1 'start et-sshd there' node undrain b
does 'node b removed' node remove b
json '[r["node"] for r in rows] == ["standin"]' node list
run 0 session list
head -n 1 "$tmp/out" >"$tmp/two"
head -n 1 "$tmp/alone" | cmp -s - "$tmp/two" || fail 'headings of one node'
stop
