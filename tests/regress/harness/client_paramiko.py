#!/usr/bin/python3
"""A device whose SSH client is paramiko.

PORT USER KEY HOSTKEY exec COMMAND | forward DPORT SPORT REKEY_BYTES
"""
import socket
import sys
import threading

import paramiko

PATIENCE = 30           # s
USERAUTH_FIRST = 50     # messages below are the transport's: RFC 4250, 4.1


class Transport(paramiko.Transport):
    """Says when it has new keys, and sends nothing else until then.

    What paramiko's own thread has to say between its KEXINIT and the server's
    NEWKEYS it either sends at once, against RFC 4253, section 7.1, and libssh
    ends such a connection (the answer to a keepalive); or it waits there for
    the NEWKEYS that it alone could read (the answer to CHANNEL_CLOSE).  Here
    that waits in a list.
    """

    def __init__(self, sock):
        super().__init__(sock)
        self.held = []
        # paramiko 2 calls it with the transport before the message.
        self._handler_table = {
            **self._handler_table,
            paramiko.common.MSG_NEWKEYS:
                lambda *args: self._parse_newkeys(args[-1])}

    def _send_message(self, data):
        if threading.current_thread() is self and \
                not self.clear_to_send.is_set() and \
                data.asbytes()[0] >= USERAUTH_FIRST:
            self.held.append(data)
        else:
            super()._send_message(data)

    def _send_user_message(self, data):
        if threading.current_thread() is self:
            self._send_message(data)
        else:
            super()._send_user_message(data)

    def _parse_newkeys(self, message):
        # Before other threads may send again.
        while self.held:
            super()._send_message(self.held.pop(0))
        super()._parse_newkeys(message)
        print("NEWKEYS", file=sys.stderr, flush=True)


def private_key(path):
    for kind in (paramiko.Ed25519Key, paramiko.RSAKey):
        try:
            return kind.from_private_key_file(path)
        except paramiko.SSHException:
            pass
    sys.exit(f"{path}: neither ed25519 nor RSA")


def login(port, user, key, host):
    sock = socket.create_connection(("127.0.0.1", int(port)), PATIENCE)
    transport = Transport(sock)
    transport.banner_timeout = transport.handshake_timeout = PATIENCE
    transport.auth_timeout = PATIENCE
    transport.get_security_options().key_types = ["ssh-ed25519"]
    transport.start_client(timeout=PATIENCE)
    if transport.get_remote_server_key().get_base64() != host:
        sys.exit("the server's key is not the pinned one")
    transport.auth_publickey(user, private_key(key))
    return transport


def execute(transport, command):
    channel = transport.open_session()
    channel.exec_command(command)
    sys.stdout.write(channel.makefile().read().decode())
    return channel.recv_exit_status()


def pump(source, sink, finish):
    while data := source.recv(32768):
        sink.sendall(data)
    finish()


def bridge(channel, dport):
    sock = socket.create_connection(("127.0.0.1", dport))
    down = threading.Thread(target=pump, daemon=True, args=(
        channel, sock, lambda: sock.shutdown(socket.SHUT_WR)))
    down.start()
    pump(sock, channel, channel.shutdown_write)
    down.join()
    channel.close()
    sock.close()


def forward(transport, dport, sport, size):
    def opened(channel, *_):
        threading.Thread(target=bridge, args=(channel, dport),
                         daemon=True).start()
    transport.packetizer.REKEY_BYTES = size
    transport.set_keepalive(1)
    transport.request_port_forward("localhost", sport, opened)
    print("FORWARDS", file=sys.stderr, flush=True)
    transport.join()


def main():
    port, user, key, host, verb, *rest = sys.argv[1:]
    transport = login(port, user, key, host)
    if verb == "exec":
        return execute(transport, *rest)
    return forward(transport, *map(int, rest))


sys.exit(main())
