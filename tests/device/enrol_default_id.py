#!/usr/bin/python3
"""Which MAC the installer takes for a device's id: the wireless port's, as the
first version did, else Ethernet's; by its own functions, under each shell."""
import re

from router import SRCDIR, run
from harness import eq

INSTALLER = SRCDIR / "device" / "install.sh.in"
SHELLS = (("dash",), ("busybox", "sh"))
# Ports, each with its MAC and what stands beside it, and the id.
CASES = (
    ({"wlan0": ("64:66:b3:4b:de:54", "phy80211"),
      "eth0": ("aa:00:00:00:00:01", "device")}, "6466b34bde54"),
    ({"wlan0": ("64:66:B3:4B:DE:54", "")}, "6466b34bde54"),
    ({"phy0-ap0": ("64:66:b3:4b:de:55", "phy80211"),
      "eth0": ("aa:00:00:00:00:01", "device")}, "6466b34bde55"),
    ({"eth0": ("aa:00:00:00:00:01", "device"),
      "eth1": ("aa:00:00:00:00:02", "device"), "lo": (
          "00:00:00:00:00:00", "")}, "aa0000000001"),
    ({"enp1s0": ("aa:00:00:00:00:03", "device"),
      "br-lan": ("aa:00:00:00:00:04", "")}, "aa0000000003"),
    ({"wlan0": ("00:00:00:00:00:00", "phy80211"),
      "eth0": ("aa:00:00:00:00:05", "device")}, "aa0000000005"),
    ({"wlan0": ("nonsense", "phy80211"),
      "eth0": ("aa:00:00:00:00:06", "device")}, "aa0000000006"),
    ({"lo": ("00:00:00:00:00:00", "")}, ""),
)


def functions(*names):
    text = INSTALLER.read_text()
    return "".join(re.search(rf"^{name}\(\)\n\{{\n.*?^\}}\n", text,
                             re.M | re.S).group(0) for name in names)


def test(t):
    script = t.dir / "script"
    script.write_text("set -uf\n" + functions("mac_of", "mac_default") +
                      "net=$1 mac=''\nmac_default\necho \"$mac\"\n")
    for number, (ports, want) in enumerate(CASES):
        net = t.dir / str(number)
        for name, (mac, beside) in ports.items():
            (net / name).mkdir(parents=True)
            (net / name / "address").write_text(mac + "\n")
            if beside:
                (net / name / beside).mkdir()
        for shell in SHELLS:
            got = t.run([*shell, script, net]).out.strip()
            eq(got, want, f"{ports} under {shell[0]}")


run(test)
