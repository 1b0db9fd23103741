# shellcheck shell=sh disable=SC2034,SC2154
# heartbeat tail -f

follow()
{
	rm -f "$tmp/said"
	mkfifo "$tmp/said"
	env --default-signal=INT "$admin" -c "$tmp/conf" heartbeat tail -f \
	    "$@" >"$tmp/said" 2>"$tmp/said.err" &
	waiting=$!
	called="et-admin heartbeat tail -f $*"
	exec 3<"$tmp/said"
}

follow
hears 'HEALTH'
hears 'up=1'
"$standin" "$store" heartbeat two 'up=2 T=40.5'
hears 'up=2 T=40.5'
"$standin" "$store" heartbeat 6466b34bde54 ''
hears '6466b34bde54  192.0.2.1'
kill -INT "$waiting"
ends 0

follow --json two
hears '"up":"1"'
hears '"health":{"up":"2","T":"40.5"}'
"$standin" "$store" heartbeat 6466b34bde54 'up=3'
"$standin" "$store" heartbeat two 'up=4'
hears '"up":"4"'
kill -TERM "$waiting"
ends 0

json 'len(rows) == 2 and rows[1]["health"] == {"up": "4"}' \
    heartbeat show two -n 2
json 'rows[1]["state"] == "unknown" and rows[1]["interval"] == 60 and
    rows[1]["addr"] == "192.0.2.1"' device list
json 'rows[0]["due"] and len(rows[0]["heartbeats"]) == 3' device show two
json 'rows == []' device list --state online
does 'SSH-2.0-dropbear_2022.83' device list
