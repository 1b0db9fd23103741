"""A network for some machines: a bridge in a namespace of its own, and for each
machine a namespace with one end of a cable to it."""
import os
import shutil

from machine import Skip, own_mounts

NET = "192.0.2"         # TEST-NET-1: nobody's


class Network:
    def __init__(self, case):
        if os.geteuid() != 0:
            raise Skip("not root")
        if shutil.which("ip") is None:
            raise Skip("no ip (Debian: iproute2)")
        own_mounts()
        self.case, self.addresses = case, {}
        self.hub = self.namespace("hub")
        self.ip("-n", self.hub, "link", "add", "hub", "type", "bridge")
        self.ip("-n", self.hub, "link", "set", "hub", "up")

    def ip(self, *words):
        done = self.case.run(["ip", *words])
        if done.code != 0:
            raise Skip(f"ip {' '.join(words)}: {done.err.strip()}")

    def namespace(self, name):
        name = f"et-{os.getpid()}-{name}"
        self.ip("netns", "add", name)
        self.case.closers.append(
            lambda: self.case.run(["ip", "netns", "del", name]))
        self.ip("-n", name, "link", "set", "lo", "up")
        return name

    def join(self, name):
        """Returns the path of its namespace."""
        namespace = self.namespace(name)
        number = len(self.addresses) + 1
        self.addresses[name] = f"{NET}.{number}"
        self.ip("link", "add", "eth0", "netns", namespace, "type", "veth",
                "peer", "name", f"port{number}", "netns", self.hub)
        self.ip("-n", self.hub, "link", "set", f"port{number}", "master", "hub",
                "up")
        self.ip("-n", namespace, "address", "add",
                f"{self.addresses[name]}/24", "dev", "eth0")
        self.ip("-n", namespace, "link", "set", "eth0", "up")
        return f"/run/netns/{namespace}"

    def hosts(self, **names):
        """/etc/hosts, with these other names of machines."""
        lines = ["127.0.0.1 localhost"]
        lines += [f"{a} {n} {names.get(n, '')}" for n, a in
                  self.addresses.items()]
        return "\n".join(lines) + "\n"
