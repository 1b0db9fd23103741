"""What a device tells of itself, as a scene for each shell: the client sends what the system tells of itself, by the keys that the server
has words for, within the bounds of the protocol, and cheaply."""
import re

from router import Router, check
from harness import eq, eventually

MODEL = "TP-Link Archer C7 v2 (EU) <b>\x1b[31m& more than fits"
RELEASE = """DISTRIB_ID='OpenWrt'
DISTRIB_RELEASE='23.05.3'
DISTRIB_REVISION='r23809-234f1a2efa'
DISTRIB_DESCRIPTION='OpenWrt 23.05.3 r23809-234f1a2efa'
"""
OS_RELEASE = """PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
ID=debian
"""
# As ubus prints it.
UBUS = """#!/bin/sh
[ "$1 $2 $3" = "call iwinfo info" ] || exit 4
echo "$4" >>/tmp/ubus.calls
case $4 in
*phy0-ap0*)	echo '{ "phy": "phy0", "signal": 0, "noise": -95 }' ;;
*phy1-sta0*)	echo '{
	"phy": "phy1",
	"signal": -71,
	"noise": -95
}' ;;
esac
"""
# A poll that is not the tenth.
QUICK = """. /usr/sbin/et-phone-home; denied=; rounds={}
take_health; echo "$health"
"""


def poll(r, count):
    r.run("rm", "-rf", "/var/run/et-phone-home")
    r.phone("poll").ok()
    return r.server.events.wait("heartbeat", count=count)


def tells_health(t, shell):
    r = Router(t, shell=shell, rsa=False)
    root = r.root
    (root / "tmp/sysinfo").mkdir()
    (root / "tmp/sysinfo/model").write_text(MODEL + "\n")
    (root / "etc/openwrt_release").write_text(RELEASE)
    (root / "etc/os-release").write_text(OS_RELEASE)
    beat = poll(r, 1)
    health = beat["health"]
    eq(beat["dropped"], 0, f"dropped of {health}")
    eq(health["model"], re.sub("[^A-Za-z0-9._:,+/@-]+", "_",
                               MODEL)[:32].strip("_"), "model")
    eq((health["fw"], health["wan"]), ("23.05.3", "192.168.1.2"), "fw, wan")
    own = r.server.admin_ok("--version").out.split()[1].split("~")[0]
    check(health["v"].startswith(own), health)
    meminfo = dict(line.split(":") for line in open("/proc/meminfo"))
    eq(int(health["memt"]), int(meminfo["MemTotal"].split()[0]) // 1024,
       "MiB in all")
    check(0 < int(health["mem"]) <= int(health["memt"]), f"MiB free: {health}")
    check("." in health["load"] and int(health["up"]) > 0, health)
    row, = listed(r, "--where", "model~archer", "--where", "memory>0",
                  "--sort", "uptime")
    eq((row["firmware"], row["memory_total"]),
       ("23.05.3", int(health["memt"])), "in the list")

    # A Linux of another kind, with radios that ubus knows.
    (root / "etc/openwrt_release").unlink()
    (root / "tmp/sysinfo/model").write_text("\n")
    (root / "usr/bin/ubus").write_text(UBUS)
    (root / "usr/bin/ubus").chmod(0o755)
    net = r.case.dir / "net"
    for port in ("eth0", "phy0-ap0/phy80211", "phy1-sta0/phy80211"):
        (net / port).mkdir(parents=True)
    thermal = r.case.dir / "thermal"
    for zone, text in (("0", "0"), ("1", "48500")):
        (thermal / f"thermal_zone{zone}").mkdir(parents=True)
        (thermal / f"thermal_zone{zone}/temp").write_text(text + "\n")
    cover(r, net, "sys/class/net")
    cover(r, thermal, "sys/class/thermal")
    health = poll(r, 2)["health"]
    eq(health.get("fw"), "debian-12", "fw")
    check("model" not in health, f"an empty model: {health}")
    eq((health["sig"], health["temp"]), ("-71", "48"), "signal, temperature")
    eq(len((root / "tmp/ubus.calls").read_text().splitlines()), 2, "radios")
    eq(listed(r, "--where", "signal<-70")[0]["signal"], -71, "in the list")
    # Nine polls of ten start no program.
    (root / "tmp/ubus.calls").unlink()
    out = r.run("env", "ET_SOURCED=1", "PATH=/none", "/bin/sh", "-c",
                QUICK.format(1)).ok()
    eq(out.err, "", "no program is looked for")
    eq([pair.split("=")[0] for pair in out.out.split()],
       ["up", "load", "mem", "temp"], "quick ones")


def listed(r, *args):
    return eventually(lambda: r.server.admin_json("device", "list", *args),
                      what=f"device list {args}")


def cover(r, folder, at):
    r.run("mkdir", "-p", f"/{at}")
    r.case.run(["nsenter", "-t", r.init, "-m", "mount", "--bind", folder,
                r.root / at]).ok()

