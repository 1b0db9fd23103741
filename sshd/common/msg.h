/*
 * The whole protocol between et-sshd and its workers, keeper, consoles, pages
 * and link.
 *
 * Transport: one SOCK_SEQPACKET socketpair for each child and one datagram
 * for each message, which carries at most one descriptor (unix(7),
 * SCM_RIGHTS).  Both ends are the same build on the same machine, so integers
 * are in host order.  Every type has one exact size and either carries a
 * descriptor or does not; any other message is MSG_BAD, and the receiver ends
 * the sender.  Text is NUL-terminated within its field, or the message is
 * bad.  A message of several records always has the size of the greatest
 * number of them, and a field with their number.
 *
 * A worker has a second socketpair, for SIGN and SIGNED alone: the worker
 * needs the signature within a call of libssh, and blocks until it has it.
 *
 * conn is the monitor's number of a connection, never reused while et-sshd
 * runs; 0 in messages that concern no connection.  What a worker says is a
 * claim: monitor/answer.c has the table of what a worker may ask, and when.
 */
#ifndef MSG_H
#define MSG_H

#include <stddef.h>
#include <stdint.h>

#define MSG_NAME 65 /* an id, alias or user name of 64 bytes */
#define MSG_TEXT 256 /* text for people; the receiver makes it printable */
#define MSG_TAGS 256 /* a device's tags: "a,b,c" */
#define MSG_GRANTS 1024 /* an operator's grants: "a b:22,80" */
#define MSG_ALGO 64 /* one algorithm's name */
#define MSG_KEY 1100 /* a public key blob; RSA of 8192 bits: 1047 */
#define MSG_HEALTH 513 /* health fields of 512 bytes (PROTOCOL, 1.2) */
#define MSG_PORTS 64 /* forwards in the answer to one poll */
#define MSG_DEVICES 16 /* records in one DEVICE */
#define MSG_KEYS 128 /* records in one KEY_OF */
#define MSG_HASH 64 /* an exchange hash of 32, 48 or 64 bytes */
#define MSG_COOKIE 16 /* the cookie of a KEXINIT, RFC 4253 7.1 */
#define MSG_EXCHANGE 12288 /* input of an exchange hash, RFC 4253 8 */
#define MSG_SIG 1100 /* a signature; RSA of 8192 bits: 1024 */
#define MSG_SIGNED_DATA 2560 /* data that a login signs, RFC 4252 7 */
#define MSG_URL 1024 /* the store's URL */
#define MSG_STATUS_TEXT 8192 /* the JSON of et-admin status */
#define MSG_TOKEN_TEXT 64 /* ID.SECRET, or a password offered as one */
#define MSG_KEY_LINE 1024 /* a public key as "TYPE BASE64" */
#define MSG_DIGEST 32 /* SHA-256 of a public key blob */
#define MSG_HINT_TEXT 2600 /* lines of an announcement (PROTOCOL, 1.7) */
#define MSG_ALERT_ID 160 /* the id of an alert */
#define MSG_ALERT_SUBJECT 72 /* the subject of an alert, the target of a mute */
#define MSG_ALERT_NAMES 3250 /* the ids of 50 devices: "a,b,c" */
#define MSG_ALERT_BOUND 64 /* a bound: "mem<5%" */
#define MSG_COMMAND_TEXT 1025 /* an operator's command of 1,024 bytes */
#define MSG_ACT_KEY 33 /* a key of 32 digits */
#define MSG_PASTE_KEYS 4096 /* public host keys, "TYPE BASE64" a line */
#define MSG_HEX 65 /* SHA-256 in hexadecimal */
#define MSG_TICKET_SECRET 16 /* random bytes of a ticket */
#define MSG_SEENS 128 /* records in one SEEN */
#define MSG_EVENT_LINE 8192 /* a line of the event log */

enum msg_type {
	/* monitor -> worker */
	MSG_SETUP = 1, /* the worker's settings; + the socket for SIGN */
	MSG_HOSTKEY, /* the public half of one host key */
	MSG_CONN, /* the worker serves this connection; + its descriptor */
	MSG_CLOSE, /* the worker ends this connection */
	MSG_VERDICT, /* the answer to LOGIN and TOKEN */
	MSG_INBOX, /* the answer to POLL */
	MSG_WANTED, /* a device that waits opens a forward, or closes it */
	MSG_HINTS, /* lines for a device: after the next INBOX, or its wait */
	MSG_LISTENING, /* the answer to LISTEN */
	MSG_ACCEPTED, /* a connection to a forward; + its descriptor */
	MSG_REACHED, /* the answer to REACH; + a descriptor, or none: a pair */
	MSG_JOIN, /* a channel is opened for a jump; + a descriptor, or none */
	MSG_JUMP_CLOSE, /* a jump that this worker joined itself ends */
	MSG_FILE, /* the answer to FETCH; + the installer, or none */
	MSG_COMMANDED, /* the answer to COMMAND or ACT: its console has ended */
	MSG_UNLISTEN, /* a forward ends, with its connections */
	MSG_DRAIN, /* the worker exits after its last connection */
	MSG_PING, /* the worker answers PONG, or its event loop has stalled */
	MSG_SIGNED, /* the answer to SIGN */
	/* worker -> monitor */
	MSG_SIGN, /* the monitor signs the hash of this key exchange */
	MSG_READY, /* the child is sealed, and ready */
	MSG_LOGIN, /* the monitor decides whether this key logs in */
	MSG_POLL, /* a device polls: the heartbeat; asks for its inbox */
	MSG_WAIT, /* a device waits: the same, and WANTED from now on */
	MSG_FETCH, /* a client with a token asks for the installer */
	MSG_LISTEN, /* a device requests tcpip-forward (RFC 4254 7.1) */
	MSG_CANCEL, /* a device has cancelled a forward (RFC 4254 7.1) */
	MSG_REFUSED, /* the worker refused a request; for the event log */
	MSG_BRIDGE_CLOSE, /* a connection to a forward has ended */
	MSG_REACH, /* an operator opens a direct-tcpip channel */
	MSG_JOINED, /* the answer to JOIN */
	MSG_JUMP_CLOSED, /* the operator's channel of a jump has ended */
	MSG_HUNG_UP, /* the channel of a command has ended, or an act's page */
	MSG_BYE, /* the worker has freed this connection */
	MSG_PONG, /* the answer to PING */
	/* monitor -> worker, console and page */
	MSG_STREAM, /* a stream of a command; + its descriptor */
	/* worker -> monitor -> console */
	MSG_COMMAND, /* an operator's command is to be run */
	/* console -> monitor -> keeper, and back */
	MSG_FORWARD_REQUEST, /* an operator opens or closes a forward */
	MSG_FORWARD_RESULT, /* the answer to FORWARD_REQUEST */
	/* worker -> monitor -> keeper, and back */
	MSG_TOKEN, /* the keeper checks this token */
	MSG_ENROLL, /* the keeper registers this device */
	MSG_ENROLLED, /* the answer to ENROLL, passed on to the worker */
	/* monitor -> keeper, and back at its start */
	MSG_ALERT, /* an alert was opened, told or closed */
	/* monitor -> keeper */
	MSG_STORE_OPEN, /* the keeper opens this store and sends its records */
	MSG_HEARTBEAT, /* a device has polled, or begun to wait */
	MSG_SESSION, /* a session has begun, or its ports have changed */
	MSG_SESSION_END, /* a session has ended */
	MSG_FORWARD_STATE, /* a listed forward has changed its state */
	MSG_VIRTUAL_FORWARD, /* a virtual forward has begun, or changed */
	MSG_APPLIED, /* the changes of CHANGED have taken effect */
	MSG_STATUS, /* the server's state, for et-admin status */
	MSG_DUPLICATE_KEY, /* a device's key is in use at two places at once */
	MSG_REFUSAL, /* a device's login was refused */
	MSG_PRESENCE, /* a device has come, or is gone */
	/* keeper -> monitor */
	MSG_DEVICE, /* records of devices, several in a message */
	MSG_KEY_OF, /* records of devices' keys, several in a message */
	MSG_PERMIT, /* the record of a permit */
	MSG_FORWARD, /* the record of a forward */
	MSG_OPERATOR, /* the record of an operator */
	MSG_TOKENS, /* the time at which the last token ends */
	MSG_TOKEN_IS, /* the answer to TOKEN */
	MSG_MUTE, /* the record of a mute */
	MSG_BOUND, /* the record of a bound of a health field */
	MSG_ALERT_TEST, /* an admin tests the alerts */
	MSG_ENDS, /* a token or an operator ends soon; repeated every minute */
	MSG_GONE, /* a record was removed */
	MSG_KILL, /* an admin ends a session */
	MSG_PENALTY, /* an admin clears a source's penalty */
	MSG_ADMIN, /* an admin's change, for the event log */
	MSG_LOADING, /* the whole directory is sent anew */
	MSG_LOADED, /* the whole directory has been sent */
	MSG_CHANGED, /* the changes up to seq have been sent */
	MSG_STORE_STATE, /* the store answers, or the reason why it does not */
	/* monitor -> page */
	MSG_PAGE, /* the settings of an operator's page */
	MSG_VISITOR, /* a visitor of the page; + its stream */
	MSG_EVENT, /* the answer to EVENTS: a line of the event log */
	/* page -> monitor */
	MSG_EVENTS, /* a visitor asks for lines of the event log */
	MSG_ACT, /* a visitor's command is to be run */
	/* console -> monitor, and back */
	MSG_PAGE_KEY, /* the key of the acts of the operator's connection */
	MSG_PASTE, /* what a command to paste on a device has of the server */
	/* keeper -> monitor, of a store with several nodes */
	MSG_NODE, /* a node: another one, or this one */
	MSG_WISH, /* another node's virtual forward has begun, or ended */
	MSG_TICKETED, /* the answer to TICKET: it can be used */
	MSG_LEAD, /* this node tells presence and alerts, or no longer */
	MSG_SEEN, /* when devices were last seen by other nodes */
	/* monitor -> keeper, and back, of a store with several nodes */
	MSG_TUNNEL, /* a device's tunnel was opened or closed, on this node */
	MSG_TICKET, /* one stream from node to node is allowed */
	/* monitor -> link */
	MSG_LINK_SETUP, /* the link's settings */
	MSG_LINK_DIAL, /* a stream to another node begins; + its connection */
	MSG_LINK_ACCEPT, /* a connection on node-listen; + its descriptor */
	MSG_LINK_KEY, /* the answer to LINK_ASK */
	MSG_LINK_STREAM, /* the local end of a stream; + its descriptor */
	MSG_LINK_END, /* a stream is refused, or ends */
	/* link -> monitor */
	MSG_LINK_ASK, /* a client on node-listen names this ticket */
	MSG_LINK_OPEN, /* the peer of an accepted connection has the ticket */
	MSG_LINK_ANSWER, /* the other node has joined a dialled stream, or not */
	MSG_LINK_CLOSED, /* a stream has ended, and its connection is closed */
	MSG_TYPES /* the number of types; no message */
};

struct msg_setup {
	uint32_t compat; /* MSG_COMPAT_ bits */
	uint32_t keepalive; /* seconds between keepalives */
	uint32_t keepalive_max; /* unanswered keepalives that end it */
	uint32_t channels; /* that a device's connection may have open */
	uint32_t channels_operator; /* that an operator's may have open */
	uint32_t idle; /* seconds for which nothing may be open */
	uint32_t rekey; /* MiB until new keys; 0: the cipher's own limit */
	uint32_t nofile; /* the worker's RLIMIT_NOFILE */
	uint32_t hostkeys; /* number of the HOSTKEY messages that follow */
	uint32_t chroot; /* 1: the working directory becomes the root */
	uint32_t sandbox_only; /* et-sshd -t: the worker exits after READY */
	uint8_t cookie[MSG_COOKIE]; /* of the worker's handshakes with itself */
};
#define MSG_COMPAT_OPENWRT_1505 1

struct msg_hostkey {
	char type[MSG_ALGO]; /* "ssh-ed25519", "ssh-rsa", ... */
	uint32_t len;
	uint8_t blob[MSG_KEY]; /* the public key, RFC 4253 6.6 */
};

struct msg_conn {
	uint8_t cookie[MSG_COOKIE]; /* of the server's first KEXINIT */
};

struct msg_sign {
	char algorithm[MSG_ALGO]; /* of the host key's signature */
	uint32_t hash; /* bytes of the exchange hash: 20, 32, 48 or 64 */
	uint32_t len; /* of exchange */
	uint8_t exchange[MSG_EXCHANGE]; /* V_C to K, RFC 4253 8 */
};

struct msg_signed {
	uint32_t len; /* of sig; 0: the monitor refuses to sign */
	uint8_t sig[MSG_SIG]; /* in libcrypto's form */
};

struct msg_close {
	char reason[MSG_TEXT]; /* why the connection ends */
};

struct msg_verdict {
	uint32_t as; /* enum msg_role; 0: the login is refused */
	uint32_t password; /* of TOKEN: 1: a password may be tried (again) */
	uint32_t ended; /* of TOKEN after a key, refused: enum msg_ended */
};

/* How a token ended; only a client with its secret is told. */
enum msg_ended {
	ENDED_NOT,
	ENDED_EXPIRED,
	ENDED_USED_UP
};

enum msg_role {
	ROLE_DEVICE = 1,
	ROLE_OPERATOR,
	ROLE_ENROL, /* the user enroll, whose token was good */
	ROLE_ENROL_KEY /* the user enroll by a key, whose token is to come */
};

struct msg_inbox {
	uint32_t next; /* hint: seconds until the next poll; 0: no hint */
	uint32_t n; /* forwards that are wanted */
	struct {
		uint16_t dport; /* the device's port */
		uint16_t sport; /* the server's port */
	} forwards[MSG_PORTS];
};

struct msg_wanted {
	uint32_t dport; /* the device's port; 0: the forward ends */
	uint32_t sport; /* the server's port */
};

struct msg_hints {
	char text[MSG_HINT_TEXT]; /* whole lines, each ends with a newline */
};

struct msg_listening {
	uint32_t port; /* the port that LISTEN asked for */
	uint32_t bound; /* 1: the forward is granted; 0: it is refused */
};

struct msg_accepted {
	uint32_t port; /* the forward's server port */
	uint32_t id; /* the monitor's number of it, within conn */
	uint32_t from; /* the originator's port, RFC 4254 7.2 */
	char addr[64]; /* the originator's address */
};

struct msg_reach {
	uint32_t id; /* the worker's number of the channel, within conn */
	uint32_t port; /* the port that the operator asked for */
	char name[MSG_NAME]; /* a device's name, or localhost */
};

struct msg_reached {
	uint32_t id; /* the number that REACH gave */
	uint32_t ok; /* 1: the channel is accepted; 0: it is refused */
	char refused[MSG_TEXT]; /* the reason, which the client is told */
};

struct msg_join {
	uint64_t jump; /* the monitor's number of the jump */
	uint64_t asker; /* the operator's connection, in this worker; or 0 */
	uint32_t id; /* the operator's channel, as REACH numbered it */
	uint32_t port; /* the forward's server port */
};

struct msg_jump_close { /* conn is the operator's */
	uint32_t id; /* the number that REACH gave */
};

enum msg_join_result { JOIN_OPEN = 1, JOIN_REFUSED, JOIN_FULL };

struct msg_joined {
	uint64_t jump; /* the number that JOIN gave */
	uint32_t result; /* enum msg_join_result */
};

struct msg_port { /* UNLISTEN, LISTEN, CANCEL */
	uint32_t port; /* the forward's server port */
};

struct msg_ready { /* of a worker, after its handshakes with itself */
	char libssh[MSG_ALGO]; /* libssh's version */
	char kex[MSG_ALGO]; /* the key exchange that libssh offers first */
};

struct msg_login {
	/* user, algorithm and key are of an offer without a signature. */
	char user[MSG_NAME];
	char algorithm[MSG_ALGO];
	char client[MSG_TEXT]; /* the client's version, RFC 4253 4.2 */
	char kex[MSG_ALGO]; /* the key exchange in use */
	char cipher[MSG_ALGO]; /* the cipher in use */
	uint32_t keylen;
	uint8_t key[MSG_KEY]; /* the public key, RFC 4253 6.6 */
	/* A login has signed data; an offer has none (RFC 4252 7). */
	uint32_t datalen;
	uint32_t siglen;
	uint8_t data[MSG_SIGNED_DATA]; /* session id || request */
	uint8_t sig[MSG_SIG]; /* in libcrypto's form */
};

struct msg_poll { /* POLL, WAIT */
	uint32_t version; /* 0: a legacy poll, answered by one line */
	uint32_t dropped; /* number of malformed health fields */
	char health[MSG_HEALTH]; /* the health fields, unverified */
};

struct msg_token {
	char text[MSG_TOKEN_TEXT]; /* "": may a password be tried? */
	char client[MSG_TEXT]; /* client, kex and cipher are LOGIN's */
	char kex[MSG_ALGO];
	char cipher[MSG_ALGO];
};

struct msg_token_is {
	int64_t token; /* the token's number; 0: it is refused */
	uint32_t state; /* enum token_state, if the secret is the token's */
	char reason[MSG_TEXT]; /* of the refusal, for the event log */
};

struct msg_tokens {
	int64_t until; /* the last one's end, us since the epoch; 0: none */
	int64_t told; /* until then, us, an ended token's holder is told */
};

struct msg_enroll {
	int64_t token; /* its number, which the monitor fills in */
	char name[MSG_NAME]; /* the id of the device */
	char key[MSG_KEY_LINE]; /* the public key of the device */
};

struct msg_enrolled {
	uint32_t result; /* enum enrol_result, for the monitor */
	char name[MSG_NAME]; /* the id of the device */
	char refused[MSG_ALGO]; /* the reason that the client is told, or "" */
};

struct msg_file {
	uint32_t size; /* of the installer, bytes; 0: there is none */
};

struct msg_refused {
	uint32_t limit; /* 1: a limit was reached (event limit) */
	char what[MSG_ALGO]; /* the request: "pty-req", "direct-tcpip", ... */
	char detail[MSG_TEXT]; /* about the request, or "" */
};

struct msg_bridge { /* BRIDGE_CLOSE, JUMP_CLOSED */
	uint32_t port; /* the forward's server port; 0 in JUMP_CLOSED */
	uint32_t id; /* the number that ACCEPTED, or REACH, gave */
	uint64_t bytes_in; /* from the device */
	uint64_t bytes_out; /* to the device */
	char reason[MSG_ALGO]; /* of the end */
};

struct msg_command {
	uint32_t id; /* the worker's number of the channel, within conn */
	uint32_t shell; /* 1: the client asked for a shell; text is empty */
	uint32_t terminal; /* 1: the client asked for a terminal (pty-req) */
	uint32_t port; /* where et-sshd was reached; filled in by the monitor */
	uint32_t columns; /* of the client's terminal; 0: not known */
	uint32_t rows; /* of the client's terminal; 0: not known */
	uint32_t colour; /* 1: the client's terminal shows colours */
	char text[MSG_COMMAND_TEXT];
};

enum msg_stream_of { STREAM_IN_OUT = 1, STREAM_ERR };

struct msg_stream {
	uint32_t id; /* the number that COMMAND or ACT gave */
	uint32_t which; /* enum msg_stream_of */
};

struct msg_commanded {
	uint32_t id; /* the number that COMMAND or ACT gave */
	uint32_t status; /* the command's exit status, RFC 4254 6.10 */
	char refused[MSG_TEXT]; /* a line for the client's stderr, or "" */
};

struct msg_hung_up {
	uint32_t id; /* the number that COMMAND or ACT gave */
	uint64_t bytes_in; /* from the operator */
	uint64_t bytes_out; /* to the operator */
};

enum msg_forward_action { REQUEST_OPEN = 1, REQUEST_CLOSE };

struct msg_forward_request {
	uint32_t what; /* enum msg_forward_action */
	uint32_t dport; /* the device's port, to open */
	uint32_t sport; /* the server's port, to open */
	uint32_t ttl; /* s; 0 from a console: the default */
	int64_t device; /* of the forward to open */
	int64_t forward; /* the number of the forward to close */
	int64_t oper; /* the owner; the monitor fills in oper and who */
	char who[MSG_NAME]; /* the owner's name */
};

struct msg_forward_result {
	int64_t forward; /* its number; 0: the request is refused */
	uint32_t ttl; /* s, of a forward that was opened */
	char refused[MSG_TEXT]; /* the reason of the refusal */
};

struct msg_bye {
	uint64_t bytes_in; /* from the client */
	uint64_t bytes_out; /* to the client */
	char reason[MSG_TEXT]; /* of the end */
};

struct msg_store_open {
	char url[MSG_URL];
	char node[MSG_NAME]; /* the name of this server in the store */
	char listen[MSG_TEXT]; /* the addresses, for et-admin status */
	uint32_t pid; /* the monitor's process */
	uint32_t history; /* days for which history is kept; 0: it is not */
	int64_t since; /* the seq last sent; 0: the directory is empty */
	char relay[64]; /* the address of node-listen, for other nodes; or "" */
	char version[MSG_ALGO]; /* of et-sshd */
	char hostkeys[MSG_TEXT]; /* "ed25519 SHA256-HEX,...", as node.hostkeys */
	uint32_t stale; /* stale-limit, s */
};

struct msg_heartbeat {
	int64_t device;
	int64_t at; /* us since the epoch */
	uint32_t interval; /* s between polls, measured; 0: not yet known */
	uint32_t dropped; /* number of malformed health fields */
	char addr[64]; /* the address that the device polled from */
	char client[MSG_TEXT]; /* the client's version, RFC 4253 4.2 */
	char health[MSG_HEALTH]; /* the well-formed health fields */
};

struct msg_session { /* conn is its number */
	int64_t device; /* 0: an operator's session */
	int64_t oper; /* 0: a device's session */
	int64_t since; /* us since the epoch */
	char addr[64]; /* the client's address */
	char client[MSG_TEXT]; /* the client's version, RFC 4253 4.2 */
	uint8_t key[MSG_DIGEST]; /* the key that logged in */
	char ports[MSG_TEXT]; /* the server's ports bound: "9876,9877" */
	char standing[MSG_TEXT]; /* the device's, by a virtual permit: "22" */
};

struct msg_session_end { /* conn is the session's number */
	int64_t device; /* 0: an operator's session */
	uint64_t bytes_in; /* from the device */
	uint64_t bytes_out; /* to the device */
	int64_t seen; /* last seen, us since the epoch; 0: unchanged */
};

struct msg_forward_state {
	int64_t id; /* the forward's number */
	int64_t at; /* time of the change, us since the epoch */
	uint32_t state; /* enum forward_state */
	char reason[MSG_TEXT]; /* of the change, or "" */
};

struct msg_virtual_forward {
	int64_t device;
	int64_t created; /* us since the epoch */
	int64_t at; /* time of the change, us since the epoch */
	uint32_t dport; /* the device's port */
	uint32_t sport; /* the server's port, as the device is told */
	uint32_t state; /* enum forward_state */
	char reason[MSG_TEXT]; /* of the change, or "" */
};

struct msg_duplicate_key {
	int64_t device;
	int64_t at; /* us since the epoch */
	char places[MSG_TEXT]; /* addresses: "192.0.2.1,198.51.100.7" */
};

struct msg_refusal {
	int64_t device;
	int64_t at; /* us since the epoch */
	uint32_t own; /* 1: by the device's key; 0: under its name alone */
	char addr[64]; /* the client's address */
	char reason[MSG_TEXT];
};

struct msg_presence {
	int64_t device;
	int64_t at; /* when it polled, or was last seen; us since the epoch */
	uint32_t online; /* 1: it has come; 0: it is gone */
	uint32_t why; /* enum span_end, of one that is gone */
};

struct msg_alert { /* as struct alert_record (policy/alert.h) */
	uint32_t kind;
	uint32_t told; /* enum alert_told */
	uint32_t count;
	int64_t device; /* 0: no one device's */
	int64_t since; /* us since the epoch */
	int64_t opened;
	int64_t closed; /* 0: open */
	char id[MSG_ALERT_ID];
	char subject[MSG_ALERT_SUBJECT];
	char tag[MSG_NAME]; /* of a site that is a tag; or "" */
	char summary[MSG_TEXT];
	char devices[MSG_ALERT_NAMES];
	char missing[MSG_ALERT_NAMES];
};

struct msg_mute {
	int64_t id;
	int64_t device; /* of a target that is a device; or 0 */
	int64_t until; /* us since the epoch */
	char target[MSG_ALERT_SUBJECT];
};

struct msg_bound {
	int64_t id;
	uint32_t hold; /* s */
	char text[MSG_ALERT_BOUND]; /* "mem<5%" */
	char tag[MSG_NAME]; /* of the devices it is for, or "" */
};

struct msg_ends {
	uint32_t oper; /* 1: an operator; 0: a token */
	int64_t at; /* us since the epoch */
	char name[MSG_NAME];
};

struct msg_seq { /* APPLIED, LOADED, CHANGED */
	int64_t seq; /* the store's number of the last change */
};

struct msg_page {
	uint32_t port; /* where et-sshd was reached; 0: not known */
	uint32_t metrics; /* 1: no operator's: only /metrics is answered */
};

struct msg_visitor {
	uint32_t id; /* the channel's number, within the connection */
};

struct msg_event {
	uint32_t id; /* the number that EVENTS gave */
	uint32_t more; /* 1: another EVENT of this answer follows */
	uint32_t lost; /* 1: lines after EVENTS' have been dropped since */
	uint64_t seq; /* the line's number, or the last one looked at */
	char line[MSG_EVENT_LINE]; /* JSON without a newline, or "" */
};

struct msg_events {
	uint32_t id; /* the page's number of the question */
	uint32_t polls; /* 1: also the lines of polls, for the next seconds */
	uint64_t after; /* the lines after this one; 0: all that are kept */
};

struct msg_act {
	uint32_t id; /* the page's number of the act */
	char key[MSG_ACT_KEY]; /* that the visitor has given */
	char text[MSG_COMMAND_TEXT];
};

struct msg_page_key {
	char key[MSG_ACT_KEY]; /* "" from a console */
};

/* All empty from a console. */
struct msg_paste {
	char server[MSG_TEXT]; /* "HOST" or "HOST:PORT" */
	uint32_t port; /* that devices connect to, if server has none */
	char installer[MSG_HEX]; /* its SHA-256; "": there is none */
	char keys[MSG_PASTE_KEYS];
};

struct msg_status {
	char json[MSG_STATUS_TEXT];
};

struct msg_device {
	int64_t id;
	uint32_t enabled;
	uint32_t interval; /* s between polls, as last measured */
	int64_t last_seen; /* us since the epoch; 0: never */
	char name[MSG_NAME];
	char alias[MSG_NAME];
	char tags[MSG_TAGS];
	char addr[64]; /* from which it last polled, or "" */
};

struct msg_devices { /* DEVICE */
	uint32_t n; /* records in list */
	struct msg_device list[MSG_DEVICES];
};

struct msg_key_of {
	int64_t id; /* the key's number */
	int64_t device; /* that holds the key */
	uint8_t digest[MSG_DIGEST];
};

struct msg_keys { /* KEY_OF */
	uint32_t n; /* records in list */
	struct msg_key_of list[MSG_KEYS];
};

struct msg_permit {
	int64_t id;
	int64_t device; /* 0: the permit is for a tag */
	uint32_t first; /* the first port; the server's, unless virtual */
	uint32_t last; /* the last port */
	uint32_t virtual; /* 1: the ports are the device's own */
	char tag[MSG_NAME]; /* of the devices permitted, or "" */
};

struct msg_forward {
	int64_t id;
	int64_t device;
	int64_t expires; /* us since the epoch */
	uint32_t dport; /* the device's port */
	uint32_t sport; /* the server's port */
	uint32_t state; /* enum forward_state */
	uint32_t cancelled; /* 1: an operator has closed the forward */
	uint32_t ttl; /* time to live, s */
	int64_t oper; /* the owner; 0: opened on the server by et-admin */
	char owner[MSG_NAME]; /* the owner's name, or "" */
	char node[MSG_NAME]; /* that binds the port; "": where its tunnel is */
};

struct msg_operator {
	int64_t id;
	uint32_t role; /* enum operator_role */
	int64_t expires; /* us since the epoch; 0: never */
	char name[MSG_NAME];
	char grants[MSG_GRANTS];
	uint8_t digest[MSG_DIGEST];
};

enum msg_noun {
	NOUN_DEVICE = 1,
	NOUN_KEY,
	NOUN_PERMIT,
	NOUN_FORWARD,
	NOUN_OPERATOR = 8,
	NOUN_MUTE = 10,
	NOUN_BOUND
};

struct msg_gone {
	uint32_t noun; /* enum msg_noun: the kind of record */
	int64_t id; /* of the record that was removed */
};

struct msg_kill { /* of a session of this node */
	uint64_t session; /* its number; 0: all sessions of device */
	int64_t device; /* 0: session is an operator's */
};

#define MSG_ADDR 64

struct msg_penalty {
	char addr[MSG_ADDR]; /* an address of the source (IPv4, or IPv6 /64) */
};

struct msg_admin {
	char who[MSG_NAME]; /* the user of et-admin, or the operator */
	char what[MSG_TEXT]; /* the change, in et-admin's words */
};

struct msg_store_state {
	uint32_t ok; /* 1: the store answers */
	uint32_t fatal; /* 1: the store can never be used; et-sshd must exit */
	uint32_t full; /* 1: its file system is nearly full */
	char reason[MSG_TEXT]; /* why the store does not answer */
};

struct msg_node {
	char name[MSG_NAME];
	char addr[64]; /* of its relay, "10.0.1.7:2223"; "": it has none */
	char version[MSG_ALGO]; /* of et-sshd */
	uint32_t self; /* 1: this node */
	uint32_t alive; /* 1: it gave a sign of life within 15 s */
	uint32_t drain; /* 1: an admin drains it */
	uint32_t gone; /* 1: it was removed */
};

struct msg_wish {
	int64_t device;
	uint32_t dport; /* the device's port */
	uint32_t sport; /* the server's port, as the device is told */
	uint32_t on; /* 1: jumps of that node wait; 0: no more */
	char node[MSG_NAME];
};

/*
 * To the keeper: of this node, and node is empty.  With this node's own name it
 * comes back once it is written.
 */
struct msg_tunnel {
	int64_t device;
	uint32_t dport; /* the device's port; 0: not known, by a permit */
	uint32_t sport; /* the server's port */
	uint32_t open; /* 1: it was opened; 0: closed */
	uint32_t virtual; /* 1: jumps alone lead there */
	int64_t opened; /* us since the epoch, by the monitor; 0: another's */
	char node[MSG_NAME];
};

struct msg_ticket {
	uint64_t number; /* random; the identity of the key */
	uint8_t secret[MSG_TICKET_SECRET]; /* the key (RFC 8446, 4.2.11) */
	int64_t device;
	uint32_t dport; /* the device's port; 0: not known */
	uint32_t sport; /* the server's port of the tunnel */
	uint32_t jump; /* 1: of a jump; 0: of a connection to a forward */
	uint32_t from; /* the originator's port, of a connection */
	char addr[64]; /* the originator's address, of a connection */
	char asker[MSG_NAME]; /* the node that asks for the stream */
	char node[MSG_NAME]; /* the node that has the tunnel */
};

struct msg_ticketed {
	uint64_t number;
	uint32_t ok; /* 0: it was not written */
	char reason[MSG_TEXT]; /* why not */
};

struct msg_lead {
	uint32_t on;
};

struct msg_seen {
	uint32_t n; /* records in list */
	struct {
		int64_t device;
		int64_t at; /* us since the epoch, by this node's clock */
	} list[MSG_SEENS];
};

struct msg_link_setup {
	uint32_t nofile; /* the link's RLIMIT_NOFILE */
	uint32_t streams; /* that may be open */
	uint32_t timeout; /* ms for a handshake, from its connection on */
};

/* id: the monitor's number of the stream; never reused while it runs. */
struct msg_link_key { /* LINK_DIAL, LINK_KEY */
	uint64_t id;
	uint64_t number; /* of the ticket */
	uint32_t ok; /* of LINK_KEY: 0: there is no such ticket */
	uint8_t secret[MSG_TICKET_SECRET];
};

struct msg_link { /* LINK_ACCEPT, LINK_STREAM, LINK_ASK, LINK_OPEN */
	uint64_t id;
	uint64_t number; /* of LINK_ASK: the ticket that the client names */
};

enum msg_link_result { LINK_JOINED = 1, LINK_REFUSED, LINK_FULL, LINK_LOST };

struct msg_link_answer { /* LINK_END, LINK_ANSWER */
	uint64_t id;
	uint32_t answer; /* enum msg_link_result; of LINK_END: why not joined */
};

struct msg_link_closed {
	uint64_t id;
	uint64_t bytes_in; /* from the other node */
	uint64_t bytes_out; /* to the other node */
	uint32_t stranger; /* 1: the peer never had a ticket */
	char reason[MSG_ALGO]; /* of the end */
};

struct msg {
	uint32_t type;
	uint32_t pad;
	uint64_t conn;
	union {
		struct msg_setup setup;
		struct msg_hostkey hostkey;
		struct msg_conn conn_new;
		struct msg_sign sign;
		struct msg_signed signature;
		struct msg_close close;
		struct msg_verdict verdict;
		struct msg_inbox inbox;
		struct msg_wanted wanted;
		struct msg_hints hints;
		struct msg_listening listening;
		struct msg_accepted accepted;
		struct msg_port port;
		struct msg_reach reach;
		struct msg_reached reached;
		struct msg_join join;
		struct msg_jump_close jump_close;
		struct msg_joined joined;
		struct msg_ready ready;
		struct msg_login login;
		struct msg_poll poll;
		struct msg_token token;
		struct msg_token_is token_is;
		struct msg_tokens tokens;
		struct msg_enroll enroll;
		struct msg_enrolled enrolled;
		struct msg_file file;
		struct msg_refused refused;
		struct msg_bridge bridge;
		struct msg_command command;
		struct msg_stream stream;
		struct msg_commanded commanded;
		struct msg_hung_up hung_up;
		struct msg_forward_request forward_request;
		struct msg_forward_result forward_result;
		struct msg_bye bye;
		struct msg_store_open store_open;
		struct msg_heartbeat heartbeat;
		struct msg_session session;
		struct msg_session_end session_end;
		struct msg_forward_state forward_state;
		struct msg_virtual_forward virtual_forward;
		struct msg_alert alert;
		struct msg_mute mute;
		struct msg_bound bound;
		struct msg_ends ends;
		struct msg_seq seq;
		struct msg_status status;
		struct msg_duplicate_key duplicate_key;
		struct msg_refusal refusal;
		struct msg_presence presence;
		struct msg_devices devices;
		struct msg_keys keys;
		struct msg_permit permit;
		struct msg_forward forward;
		struct msg_operator oper;
		struct msg_gone gone;
		struct msg_kill kill;
		struct msg_penalty penalty;
		struct msg_admin admin;
		struct msg_store_state store_state;
		struct msg_page page;
		struct msg_visitor visitor;
		struct msg_event event;
		struct msg_events events;
		struct msg_act act;
		struct msg_page_key page_key;
		struct msg_paste paste;
		struct msg_node node;
		struct msg_wish wish;
		struct msg_tunnel tunnel;
		struct msg_ticket ticket;
		struct msg_ticketed ticketed;
		struct msg_lead lead;
		struct msg_seen seen;
		struct msg_link_setup link_setup;
		struct msg_link_key link_key;
		struct msg_link link;
		struct msg_link_answer link_answer;
		struct msg_link_closed link_closed;
	};
};

/* The descriptor of a child's socketpair, which et-sshd fixes before exec. */
#define MSG_FD 3

enum msg_result {
	MSG_OK = 0,
	MSG_AGAIN, /* no message to read, or no room to send: try later */
	MSG_EOF, /* the peer is gone */
	MSG_BAD /* the message is malformed; the reason says how */
};

/*
 * Receive one message without blocking.  *fd is the descriptor that came with
 * the message (the caller owns it, close-on-exec); -1: none came; or
 * MSG_FD_LOST: one was sent, and this process has no room for another
 * descriptor.  On MSG_BAD reason (a static string) says what was wrong, and
 * no descriptor is left open.
 */
#define MSG_FD_LOST (-2)
enum msg_result msg_recv(int sock, struct msg *, int *fd, const char **reason);

/*
 * A queue of messages to one peer.  msgq_send sends the message at once if
 * the socket takes it, and queues it otherwise, in order; fd (-1: none) goes
 * with the message and stays the caller's.  Returns MSG_OK, or MSG_EOF when
 * the peer is gone or more than limit bytes are queued.
 */
struct msgq;

struct msgq *msgq_new(int sock, size_t limit);
void msgq_free(struct msgq *);
enum msg_result msgq_send(struct msgq *, const struct msg *, int fd);
enum msg_result msgq_flush(struct msgq *);
size_t msgq_pending(const struct msgq *); /* bytes that are queued */
size_t msgq_descriptors(const struct msgq *); /* descriptors queued */

/* Make *msg an empty message of this type: every other field is zero. */
void msg_init(struct msg *, enum msg_type, uint64_t conn);

/* The size in bytes of a message of this type; 0: there is no such type. */
size_t msg_size(uint32_t type);

/* The name of a type: "LOGIN" for MSG_LOGIN; "?": there is no such type. */
const char *msg_name(uint32_t type);

#endif
