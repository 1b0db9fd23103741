#!/usr/bin/python3
"""The private host keys are in the monitor's memory and in no worker's."""
import os

from cryptography.hazmat.primitives import serialization

from harness import Server, Skip, check, plain_build_only, run

PIECE = 1 << 24
RAW = serialization.Encoding.Raw


def memory(pid):
    """All that may be read of a process's memory, in pieces."""
    with open(f"/proc/{pid}/maps") as maps, \
            open(f"/proc/{pid}/mem", "rb", buffering=0) as mem:
        for line in maps:
            where, mode = line.split()[:2]
            if "r" not in mode or line.rstrip().endswith(("[vvar]",
                                                          "[vsyscall]")):
                continue
            at, end = (int(x, 16) for x in where.split("-"))
            rest = b""
            while at < end:
                try:
                    mem.seek(at)
                    got = mem.read(min(PIECE, end - at))
                except OSError:
                    break
                if not got:
                    break
                yield rest + got
                rest = got[-1024:]
                at += len(got)


def both_orders(number):
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return [data, data[::-1]]


def secrets(server):
    """{what: the forms that it may have in memory}"""
    ed25519, rsa, ecdsa = (serialization.load_ssh_private_key(
        k.openssh.read_bytes(), None) for k in server.hostkeys)
    seed = ed25519.private_bytes(RAW, serialization.PrivateFormat.Raw,
                                 serialization.NoEncryption())
    numbers = rsa.private_numbers()
    return {"ed25519 seed": [seed], "rsa d": both_orders(numbers.d),
            "rsa p": both_orders(numbers.p), "rsa q": both_orders(numbers.q),
            "rsa dmp1": both_orders(numbers.dmp1),
            "rsa dmq1": both_orders(numbers.dmq1),
            "rsa iqmp": both_orders(numbers.iqmp),
            "ecdsa d": both_orders(ecdsa.private_numbers().private_value)}


def found(pid, wanted):
    """What of it the process has."""
    got = set()
    for piece in memory(pid):
        got |= {name for name, forms in wanted.items()
                if any(form in piece for form in forms)}
    return got


def publics(server):
    """What a worker does have: the public halves."""
    ed25519, rsa, ecdsa = (serialization.load_ssh_private_key(
        k.openssh.read_bytes(), None) for k in server.hostkeys)
    return {"ed25519 public": [ed25519.public_key().public_bytes(
                RAW, serialization.PublicFormat.Raw)],
            "rsa n": both_orders(rsa.private_numbers().public_numbers.n),
            "ecdsa x": both_orders(ecdsa.private_numbers().public_numbers.x)}


def test(t):
    plain_build_only("terabytes of shadow memory")
    if os.getuid() != 0:
        raise Skip("only root may read a process's memory")
    server = Server(t, rsa=True, ecdsa=True)
    device = server.device()
    for algorithm in ("ssh-ed25519", "rsa-sha2-512", "ecdsa-sha2-nistp256"):
        for _ in range(4):
            device.poll("ssh", options=("-o", "HostKeyAlgorithms=" +
                                        algorithm)).ok()
    wanted, public = secrets(server), publics(server)
    check(found(server.process.pid, wanted) == set(wanted),
          "the search finds them in the monitor")
    for pid in server.workers():
        check(found(pid, public) == set(public),
              "the search finds public halves in a worker")
        has = found(pid, wanted)
        check(not has, f"worker {pid} has {has}")
    launcher = [p for p in server.pids("et-sshd") if p != server.process.pid]
    for pid in [server.keeper(), *launcher]:
        has = found(pid, wanted)
        check(not has, f"process {pid} has {has}")


run(test)
