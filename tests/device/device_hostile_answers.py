#!/usr/bin/python3
"""Whatever a server says, and whatever the settings are: nothing is run, and
nothing is opened but what is allowed.  Under dash and BusyBox's ash."""
from router import CLIENT, run
from harness import eq

SCRIPT = r"""
. "$1"
want() { echo "want $1 $2"; }
close_tunnels() { echo "close $1"; }
while IFS= read -r line; do
	next=''
	heed "$line" || echo bad
	[ -z "$next" ] || echo "next $next"
	echo .
done
"""
TARGETS = """
. "$1"
say() { :; }
for allow in '22 80' '8443=192.168.1.50:443 192.168.1.7:80' \\
    '1=-oProxyCommand=x:1' '22=a b:2' '70000' '0' '8=:8' '9=x:'; do
	for port in 22 80 443 8443 1 8 9 0 70000; do
		target_of $port && echo "$port $target"
	done
	echo .
done
"""
# 16 tunnels at a time; a client that is spoken to without end fills no disk.
LIMITS = """
. "$1"
PATH=$ET_RUN:$PATH
say() { :; }
say_new() { echo "$3"; }
uptime() { now=100; }
sweep() { :; }
allow=22 client=dbclient host=h port=1 id=i keepalive=30
echo n >"$run/n"
tunnel() { seq "$1" | sed 's/$/ 1 127.0.0.1:22 90/' >"$tunnels"; want 22 9999; wait
	wc -l <"$tunnels"; }
tunnel 15
tunnel 16
tunnel 1000
printf '#!/bin/sh\\nhead -c 300000 /dev/zero\\n' >"$ET_RUN/dbclient"
speak 'poll 1' >"$run/answer" <"$run/n" 2>"$run/error" &
wait
wc -c <"$run/answer"
"""
LIMITED = ("16\n"
           "port 9999 not opened: 16 tunnels are open already\n16\n"
           "port 9999 not opened: 16 tunnels are open already\n1000\n"
           f"{128 * 512}\n")
ANSWERS = {
    "0": "", "22:9876": "want 22 9876", "next=5": "next 5", "next=0": "",
    "next=3600": "next 3600", "next=3601": "", "next=65535": "", "next=99999999999999999999": "", "next=$(id)": "", "hint=x": "",
    "close 80": "close 80", "close $(id)": "bad", "close all": "bad",
    "22:9876 ": "bad", " 22:9876": "bad", "22:9876\r": "bad", "": "bad",
    "22:9876;reboot": "bad", "22:9876:1": "bad", "$(reboot)": "bad",
    "`reboot`": "bad", "-1:22": "bad", "0:22": "bad", "22:0": "bad",
    "22:65536": "bad", "65536:22": "bad", "022:9876": "bad", "22:": "bad", ":22": "bad",
    "*": "bad", "../x:1": "bad", "22:99999999999999999999": "bad",
    "9" * 5000: "bad", "a" * 5000: "bad", "22:٢": "bad", "\x1b[2J": "bad",
}
ALLOWED = ["22 127.0.0.1:22\n80 127.0.0.1:80\n",
           "80 192.168.1.7:80\n8443 192.168.1.50:443\n",
           "", "", "", "", "", ""]


def test(t):
    for shell in (["dash"], ["busybox", "ash"]):
        env = {"PATH": "/usr/bin:/bin", "ET_SOURCED": "1",
               "ET_ETC": str(t.dir), "ET_RUN": str(t.dir)}
        done = t.run([*shell, "-c", SCRIPT, "sh", CLIENT], env=env,
                     data="".join(a + "\n" for a in ANSWERS).encode()).ok()
        got = done.out.split(".\n")[:-1]
        eq(dict(zip(ANSWERS, (g.strip() for g in got))), ANSWERS,
           f"{shell}: what is heeded")
        eq(len(got), len(ANSWERS), "lines")
        done = t.run([*shell, "-c", TARGETS, "sh", CLIENT], env=env).ok()
        eq(done.out.split(".\n")[:-1], ALLOWED, f"{shell}: what is allowed")
        eq(done.err, "", "complaints")
        (t.dir / "dbclient").write_text("#!/bin/sh\n")
        (t.dir / "dbclient").chmod(0o755)
        done = t.run([*shell, "-c", LIMITS, "sh", CLIENT], env=env).ok()
        eq(done.out, LIMITED, f"{shell}: limits")


run(test)
