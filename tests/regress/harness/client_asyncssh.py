#!/usr/bin/python3
"""A device whose SSH client is asyncssh.

PORT USER KEY HOSTKEY exec COMMAND | forward DPORT SPORT REKEY_BYTES
"""
import asyncio
import sys
import warnings

warnings.simplefilter("ignore")         # its ciphers of old
import asyncssh                         # noqa: E402


def login(port, user, key, host, **options):
    pinned = asyncssh.import_public_key(f"ssh-ed25519 {host}")
    return asyncssh.connect(
        "127.0.0.1", int(port), username=user, client_keys=[key], config=None,
        known_hosts=([pinned], [], []), agent_path=None,
        server_host_key_algs=["ssh-ed25519"], **options)


async def execute(where, command):
    async with login(*where) as connection:
        done = await connection.run(command)
        sys.stdout.write(done.stdout)
        return done.exit_status


async def forward(where, dport, sport, size):
    async with login(*where, rekey_bytes=size,
                     keepalive_interval=1) as connection:
        await connection.forward_remote_port("localhost", sport, "127.0.0.1",
                                             dport)
        print("FORWARDS", file=sys.stderr, flush=True)
        await connection.wait_closed()


def main():
    where, (verb, *rest) = sys.argv[1:5], sys.argv[5:]
    if verb == "exec":
        return asyncio.run(execute(where, *rest))
    return asyncio.run(forward(where, *map(int, rest)))


sys.exit(main())
