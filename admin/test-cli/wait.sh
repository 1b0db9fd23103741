# shellcheck shell=sh disable=SC2034,SC2154
# forward open --wait and --ssh

# A port that answers; python says which.
mkfifo "$tmp/port"
python3 -c '
import socket
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
while True:
    s.accept()[0].close()' >"$tmp/port" &
listener=$!
read -r port <"$tmp/port"

# wait_for WORD...: start et-admin; its output comes on descriptor 3.
wait_for()
{
	rm -f "$tmp/said"
	mkfifo "$tmp/said"
	env --default-signal=INT "$admin" -c "$tmp/conf" forward open two \
	    "$@" >"$tmp/said" 2>"$tmp/said.err" &
	waiting=$!
	called="et-admin forward open two $*"
	exec 3<"$tmp/said"
}

# hears TEXT: its next line has it.
hears()
{
	IFS= read -r line <&3 || line=
	case $line in
	*"$1"*) ;;
	*)	fail "$called: said \"$line\", not \"$1\"" ;;
	esac
}

# ends CODE
ends()
{
	got=0
	wait "$waiting" || got=$?
	waiting=
	exec 3<&-
	[ $got = "$1" ] || fail "$called: exit $got, not $1"
}

serve serve
"$standin" "$store" heartbeat two 'up=1'
wait_for "22:$port" --wait
hears "waiting for two's next poll, expected in"
"$standin" "$store" forward two delivered
hears 'two has received the request'
"$standin" "$store" forward two queued 'not opened in time'
hears '(not opened in time)'
"$standin" "$store" forward two delivered
hears 'two has received the request'
"$standin" "$store" forward two open
hears "port $port is open"
ends 0
does '1 forward' forward close two

# ssh takes the place of et-admin, with all that follows.
mkdir "$tmp/bin"
printf '#!/bin/sh\necho "ssh $*"\nexit 9\n' >"$tmp/bin/ssh"
chmod +x "$tmp/bin/ssh"
PATH=$tmp/bin:$PATH wait_for "22:$port" --ssh -o X=y uptime --json
hears 'waiting for'
"$standin" "$store" forward two delivered
hears 'received the request'
"$standin" "$store" forward two open
hears 'open'
hears "ssh -p $port root@localhost -o X=y uptime --json"
ends 9
run 0 forward close two

# Closed meanwhile by another operator: 1, and why.
wait_for "22:$port" --wait
hears 'waiting for'
does 'closed' forward close two
ends 1
grep -q "port $port is cancelled" "$tmp/said.err" || fail 'why did it end?'

wait_for "22:$port" --wait
hears 'waiting for'
"$standin" "$store" forward two expired
ends 1
grep -q 'expired before the device came' "$tmp/said.err" || fail 'why did it expire?'

wait_for "22:$port" --wait --json
hears '"state":"queued"'
kill -INT "$waiting"
ends 1
grep -q 'stopped waiting; the forward stays queued until' "$tmp/said.err" ||
    fail 'Ctrl-C is not told'
json '[r["state"] for r in rows] == ["queued"]' forward list two

# Whoever was interrupted comes back to the same forward.
refuse 1 'is requested for device two' forward open two "22:$port"
wait_for "22:$port" --wait
hears 'waiting for'
"$standin" "$store" forward two open
hears 'is open'
ends 0
grep -q 'note: this forward is requested already' "$tmp/said.err" ||
    fail 'comes back to another forward'
json 'len(rows) == 1' forward list two
run 0 forward close two

# On a terminal one line counts down.
if command -v script >/dev/null; then
	script -qec "$admin -c $tmp/conf forward open two 22:$port --wait \
--timeout 2" "$tmp/typescript" >"$tmp/out" </dev/null || :
	[ "$(tr '\r' '\n' <"$tmp/out" | grep -c "next poll, expected in")" -ge 2 ] ||
	    fail 'no countdown on a terminal'
	run 0 forward close two
fi
stop
