"""Which fields each event has, and in which order."""

# "?": is left out where there is none.  A sealed log adds whole? and prev.
FIELDS = {name: fields.split() for names, fields in {
    "admin": "operator reason",
    "alert.close": "id kind device? subject severity count ms reason",
    "alert.open": "id kind device? subject severity count muted reason",
    "command": "conn operator addr command? status bytes_in bytes_out ms"
               " reason?",
    "conn.close": "conn device sport id bytes_in bytes_out ms reason",
    "conn.open": "conn device sport id peer",
    "device.duplicate-key": "conn device key addr other reason",
    "device.late device.offline device.online": "device interval",
    "drain": "reason",
    "enroll": "conn device token addr key reason",
    "enroll.install": "conn token addr",
    "enroll.login": "conn token addr port client? ms",
    "enroll.refused": "conn device? token addr key? reason",
    "forward.close": "conn device sport ms reason",
    "forward.open": "conn device sport reason virtual dport?",
    "forward.refused": "conn? device sport reason",
    "forward.withdrawn": "operator device dport sport reason",
    "heartbeat": "conn device addr client? ms health? dropped waits?",
    "hostkeys": "reason pins? detail?",
    "hostkeys.unknown": "conn device addr pins",
    "jump.close": "conn jump operator device dport bytes_in bytes_out ms"
                  " reason",
    "jump.open jump.wait": "conn jump operator device dport ms",
    "jump.refused": "conn jump? operator device? target? dport ms? reason",
    "link.exit": "pid reason",
    "keeper.exit worker.exit": "worker pid pool? reason",
    "limit": "conn? device? operator? addr? reason detail? count?",
    "log.open": "reason key",
    "log.seal": "reason seq key sig",
    "login": "conn pool? device? operator? addr port key client? kex cipher"
             " ms",
    "login.refused": "conn? addr port user? token? key? algorithm? client?"
                     " reason",
    "node.gone node.join": "other",
    "page.begin": "conn operator addr ms",
    "page.end": "conn operator addr visitors ms reason",
    "relay.close": "relay other in jump device sport bytes_in bytes_out ms"
                   " reason",
    "relay.open": "relay other in jump device sport ms",
    "reload": "reason detail? needs_restart?",
    "request.refused": "conn device? operator? addr reason detail?",
    "session.close": "conn device? operator? addr port client? ms bytes_in"
                     " bytes_out reason",
    "start": "listen? operator_listen? metrics_listen? node_listen? pid version user workers compat"
             " without libssh kex post_quantum",
    "stop store": "reason",
    "worker.start": "worker pid pool?",
}.items() for name in names.split()}


def fields_fit(event):
    """Are the event's fields those of its name, in their order?"""
    fields = FIELDS.get(event["event"])
    if fields is None:
        return False
    keys = list(event)
    for field in ("ts", "event", "node", *fields, "whole?", "prev?"):
        if keys and keys[0] == field.rstrip("?"):
            keys.pop(0)
        elif not field.endswith("?"):
            return False
    return not keys
