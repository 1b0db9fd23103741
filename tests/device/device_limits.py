#!/usr/bin/python3
"""The client's limits, each driven to its edge, and what must be as new after
each answer.  Its functions are called by themselves, under dash and BusyBox's ash.
"""
from router import CLIENT, run
from harness import eq

CALLED = """
. "$1"
say() { :; }
say_new() { echo "$3"; }
echo n >"$run/n"
touch "$run/tunnels"
id=i host=h port=1 server=h client=dbclient keepalive=60 timeout=30 interval=60
servers=h proven=' h ' allow=22 forward='' health=''
"""

# A signal comes while await waits, and its trap runs; only then the child ends.
# A shell sleeps nowhere else in await.
AWAIT = r"""
asleep() {
	while read -r _ _ state _ <"/proc/$1/stat"; do
		[ "$state" != S ] || break
	done 2>/dev/null
}
trap 'echo >"$run/came"' HUP
rm -f "$run/came"
(
	trap - HUP
	asleep $$
	kill -HUP $$
	until [ -e "$run/came" ]; do :; done
	asleep $$
	exit 7
) &
await $!
echo "$status"
(kill -9 "$(exec sh -c 'echo $PPID')") &
await $!
echo "$status"
"""

HEALTH = """
field a 12345678901234567890123456789012
field b 123456789012345678901234567890123
echo "$health"
"""

# The line that passes the limit is the last that is kept.
HINTS = """
line=pin=$(seq -s '' 1 50)
n=0
until [ $n -eq 200 ]; do
	heed "$line"
	n=$((n + 1))
done
[ ${#hints} -gt 4096 ] && [ ${#hints} -le $((4097 + ${#line})) ] && echo bound
"""

ANSWER = """
watched() { :; }
await() { wait "$1"; status=0; }
call_dog_off() { :; }
wanted=0
want() { wanted=$((wanted + 1)); denied=80; }
speak() { seq "$lines_sent" | sed 's/.*/22:&/'; }
lines_sent=64
ask_once
echo $wanted
wanted=0 lines_sent=65
ask_once
echo $wanted
denied=22
speak() { echo 0; }
ask_once
echo "$lines <$denied>"
"""

# What a held connection says goes through a bounded pipe.
HELD = """
watched() { :; }
call_dog_off() { :; }
good() { :; }
sweep() { :; }
explain() { :; }
heeded=0
heed() { heeded=$((heeded + ${#1} + 1)); }
seq 100000 | sed 's/./&&&&/g' >"$run/much"
speak() { exec cat "$run/much"; }
hold
[ $heeded -gt 0 ] && [ $heeded -le $((256 * 512)) ] && echo bound
"""

# The first value of each is the greatest; what is refused leaves it.
SETTINGS = """
say_new() { echo no; }
tried() {
	name=$1
	shift
	for value; do
		set_option "$name" "$value"
	done
	echo "$timeout $keepalive $interval $servers $id"
}
tried timeout 3600 3601 0
tried keepalive 3600 3601 0
tried interval 65535 65536 0
tried server h:65535 h:65536 -h '[g]:1'
tried id "$(printf %064d 0)" "$(printf %065d 0)" -i
"""
SET = ("no\nno\n3600 60 60 h i\nno\nno\n3600 3600 60 h i\n"
       "no\nno\n3600 3600 65535 h i\n"
       "no\nno\nno\n3600 3600 65535 h:65535 i\n"
       f"no\nno\n3600 3600 65535 h:65535 {0:064}\n")

# Without the id's own part, which is a quarter at most.
DELAY = """
hash=0
for failures in 0 1 2 3 4 5 6 7 64 65; do
	set_delay
	echo $delay
done
interval=3600 failures=9
set_delay
echo $delay
hash=255
set_delay
echo $delay
"""

LOGS = """
runs() { :; }
echo '9999 1 127.0.0.1:22 0' >"$tunnels"
for size in 8191 8192; do
	head -c $size /dev/zero >"$run/9999.log"
	sweep
	wc -c <"$run/9999.log"
done
"""

# The same port is wanted again: by then its tunnel is new, or counts as dead.
SETTLE = """
uptime() { now=100; }
sweep() { :; }
close_tunnels() { echo "close $1"; : >"$tunnels"; }
speak() { :; }
for since in 86 85; do
	echo "9999 1 127.0.0.1:22 $since" >"$tunnels"
	want 22 9999
	wait
	cut -d ' ' -f 1,4 "$tunnels"
done
"""

CASES = {
    "a signal while it waits": (AWAIT, "7\n137\n"),
    "a field of health": (HEALTH, " a=12345678901234567890123456789012\n"),
    "what is announced": (HINTS, "bound\n"),
    "lines of an answer": (ANSWER, "64\n64\n1 <>\n"),
    "a held connection": (HELD, "bound\n"),
    "settings": (SETTINGS, SET),
    "the next poll": (DELAY, "60\n60\n120\n240\n480\n600\n600\n600\n600\n"
                      "600\n3600\n4496\n"),
    "a tunnel's log": (LOGS, "8191\n0\n"),
    "a dead tunnel": (SETTLE, "9999 86\nclose 9999\n9999 100\n"),
}


def test(t):
    env = {"PATH": "/usr/bin:/bin", "ET_SOURCED": "1",
           "ET_ETC": str(t.dir), "ET_RUN": str(t.dir)}
    for shell in (["dash"], ["busybox", "ash"]):
        for what, (script, expected) in CASES.items():
            done = t.run([*shell, "-c", CALLED + script, "sh", CLIENT],
                         env=env).ok()
            eq(done.out, expected, f"{shell}: {what}: {done.err}")


run(test)
