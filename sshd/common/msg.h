/*
 * The protocol between et-sshd and its workers, keeper and consoles, whole.
 *
 * Transport: one SOCK_SEQPACKET socketpair for each child, one datagram for
 * each message, at most one descriptor with it (unix(7), SCM_RIGHTS).  Both
 * ends are the same build on the same machine, so integers are in host order.
 * Every type has one exact size and says whether a descriptor comes with it;
 * anything else is MSG_BAD and the receiver ends the sender.  Text is
 * NUL-terminated within its field, or the message is bad.  A message of
 * several records always has room for the most there may be, and says how
 * many there are.
 *
 * A worker has a second socketpair, for SIGN and SIGNED alone: it must have
 * the answer inside a call of libssh, and waits for it.
 *
 * conn is the monitor's number of a connection, never reused while et-sshd
 * runs; 0 in messages that concern none.  A worker's word is a claim: see
 * monitor/answer.c for what it may ask, and when.
 */
#ifndef MSG_H
#define MSG_H

#include <stddef.h>
#include <stdint.h>

#define MSG_NAME 65 /* an id, alias or user name of 64 bytes */
#define MSG_TEXT 256 /* text for people, cleaned by the receiver */
#define MSG_TAGS 256 /* "a,b,c" */
#define MSG_GRANTS 1024 /* "a b:22,80" */
#define MSG_ALGO 64 /* one algorithm's name */
#define MSG_KEY 1100 /* a public key blob; RSA of 8192 bits: 1047 */
#define MSG_HEALTH 513 /* 512 bytes (PROTOCOL, 1.2) and NUL */
#define MSG_PORTS 64 /* forwards in one answer */
#define MSG_DEVICES 16 /* records in one DEVICE */
#define MSG_KEYS 128 /* records in one KEY_OF */
#define MSG_HASH 64 /* an exchange hash: 32, 48 or 64 bytes */
#define MSG_COOKIE 16 /* of a KEXINIT, RFC 4253 7.1 */
#define MSG_EXCHANGE 12288 /* V_C to K, RFC 4253 8 */
#define MSG_SIG 1100 /* a signature; RSA of 8192 bits: 1024 */
#define MSG_SIGNED_DATA 2560 /* what a login signs (RFC 4252 7) */
#define MSG_URL 1024
#define MSG_STATUS_TEXT 8192
#define MSG_TOKEN_TEXT 64 /* ID.SECRET, or what is tried as one */
#define MSG_KEY_LINE 1024 /* a key as a client writes it: an exec's rest */
#define MSG_DIGEST 32 /* SHA-256 of a public key blob */
#define MSG_HINT_TEXT 2600 /* lines for a device that asks for them */
#define MSG_COMMAND_TEXT 1025 /* an operator's command of 1,024 bytes */

enum msg_type {
	/* monitor -> worker */
	MSG_SETUP = 1, /* numbers; + the socket for SIGN */
	MSG_HOSTKEY, /* one a host key's public half */
	MSG_CONN, /* a connection; + its descriptor */
	MSG_CLOSE, /* end this connection */
	MSG_VERDICT, /* answers LOGIN, TOKEN */
	MSG_INBOX, /* answers POLL */
	MSG_WANTED, /* to one that waits: open it, or close it */
	MSG_HINTS, /* more lines: with the next INBOX, or to one that waits */
	MSG_LISTENING, /* answers LISTEN */
	MSG_ACCEPTED, /* a connection to a forward; + its descriptor */
	MSG_REACHED, /* answers REACH; + a descriptor, unless both are here */
	MSG_JOIN, /* open a channel for a jump; + its descriptor, as above */
	MSG_JUMP_CLOSE, /* a jump whose ends are both here is over */
	MSG_FILE, /* answers FETCH; + the file, unless there is none */
	MSG_COMMANDED, /* answers COMMAND, when it has ended */
	MSG_UNLISTEN, /* close this forward and its tunnels */
	MSG_DRAIN, /* no more connections: exit after the last */
	MSG_PING, /* does it still run its loop? */
	MSG_SIGNED, /* answers SIGN */
	/* worker -> monitor */
	MSG_SIGN, /* a key exchange, whose hash is to be signed */
	MSG_READY, /* sealed; ready for connections */
	MSG_LOGIN, /* may this key log in under this name? */
	MSG_POLL, /* ask the inbox; is the heartbeat */
	MSG_WAIT, /* the same, and WANTED from now on */
	MSG_FETCH, /* the installer, for one with a token */
	MSG_LISTEN, /* a tcpip-forward */
	MSG_CANCEL, /* a cancel-tcpip-forward, done */
	MSG_REFUSED, /* the worker refused a request: log it */
	MSG_BRIDGE_CLOSE, /* a connection to a forward has ended */
	MSG_REACH, /* an operator's direct-tcpip */
	MSG_JOINED, /* answers JOIN */
	MSG_JUMP_CLOSED, /* the operator's channel of a jump has ended */
	MSG_HUNG_UP, /* the operator's channel of a command has ended */
	MSG_BYE, /* this connection is gone */
	MSG_PONG, /* answers PING */
	/* monitor -> worker, and monitor -> console */
	MSG_STREAM, /* a command's; + the descriptor */
	/* worker -> monitor -> console */
	MSG_COMMAND, /* an operator's command */
	/* console -> monitor -> keeper, and back */
	MSG_FORWARD_REQUEST, /* an operator's forward: open it, close it */
	MSG_FORWARD_RESULT, /* answers FORWARD_REQUEST */
	/* worker -> monitor -> keeper, and back */
	MSG_TOKEN, /* a password: is it a token? */
	MSG_ENROLL, /* register this device */
	MSG_ENROLLED, /* keeper -> monitor -> worker: answers ENROLL */
	/* monitor -> keeper */
	MSG_STORE_OPEN, /* where the store is; load it */
	MSG_HEARTBEAT,
	MSG_SESSION, /* a session began or changed */
	MSG_SESSION_END,
	MSG_FORWARD_STATE,
	MSG_VIRTUAL_FORWARD, /* a virtual forward began or changed */
	MSG_APPLIED, /* what CHANGED said has taken effect */
	MSG_STATUS, /* for et-admin status */
	MSG_DUPLICATE_KEY, /* a device's key is used at two places at once */
	MSG_REFUSAL, /* a login was refused to a device */
	/* keeper -> monitor */
	MSG_DEVICE, /* several, since a load has many */
	MSG_KEY_OF, /* the same */
	MSG_PERMIT,
	MSG_FORWARD,
	MSG_OPERATOR,
	MSG_TOKENS, /* until when there are any */
	MSG_TOKEN_IS, /* answers TOKEN */
	MSG_GONE, /* a record was removed */
	MSG_KILL, /* an operator ends a session */
	MSG_PENALTY, /* an operator takes a source's penalty away */
	MSG_ADMIN, /* what an operator did, for the event log */
	MSG_LOADED, /* the whole directory has been sent */
	MSG_CHANGED, /* the changes up to seq have been sent */
	MSG_STORE_STATE, /* the store answers, or why it does not */
	MSG_TYPES /* how many there are, not a message */
};

struct msg_setup {
	uint32_t compat; /* MSG_COMPAT_ bits */
	uint32_t keepalive; /* seconds between keepalives */
	uint32_t keepalive_max; /* unanswered before it is gone */
	uint32_t channels; /* a device's connection may hold */
	uint32_t channels_operator;
	uint32_t idle; /* seconds with nothing open */
	uint32_t rekey; /* MiB until new keys; 0: the cipher's own limit */
	uint32_t nofile; /* RLIMIT_NOFILE */
	uint32_t hostkeys; /* so many HOSTKEY messages follow */
	uint32_t chroot; /* the root must be the working directory */
	uint32_t sandbox_only; /* et-sshd -t: seal, say READY, exit */
	uint8_t cookie[MSG_COOKIE]; /* for handshakes with itself */
};
#define MSG_COMPAT_OPENWRT_1505 1

struct msg_hostkey {
	char type[MSG_ALGO]; /* "ssh-ed25519", "ssh-rsa", ... */
	uint32_t len;
	uint8_t blob[MSG_KEY]; /* RFC 4253 6.6 */
};

struct msg_conn {
	uint8_t cookie[MSG_COOKIE]; /* for the server's first KEXINIT */
};

struct msg_sign {
	char algorithm[MSG_ALGO];
	uint32_t hash; /* its length: 20, 32, 48 or 64 */
	uint32_t len;
	uint8_t exchange[MSG_EXCHANGE];
};

struct msg_signed {
	uint32_t len; /* 0: refused */
	uint8_t sig[MSG_SIG]; /* as libcrypto makes it */
};

struct msg_close {
	char reason[MSG_TEXT];
};

struct msg_verdict {
	uint32_t as; /* enum msg_role; 0: refused */
	uint32_t password; /* to TOKEN: may one be tried (again)? */
	uint32_t ended; /* to TOKEN after a key: enum msg_ended, if refused */
};

/* How a token ended, told only for its correct secret. */
enum msg_ended {
	ENDED_NOT,
	ENDED_EXPIRED,
	ENDED_USED_UP
};

enum msg_role {
	ROLE_DEVICE = 1,
	ROLE_OPERATOR,
	ROLE_ENROL, /* has a token */
	ROLE_ENROL_KEY /* the same user by a key: a token is to come */
};

struct msg_inbox {
	uint32_t next; /* hint: poll again in s; 0: none */
	uint32_t n;
	struct {
		uint16_t dport;
		uint16_t sport;
	} forwards[MSG_PORTS];
};

struct msg_wanted {
	uint32_t dport; /* 0: close it */
	uint32_t sport;
};

struct msg_hints {
	char text[MSG_HINT_TEXT]; /* whole lines, each with its newline */
};

struct msg_listening {
	uint32_t port; /* as in LISTEN */
	uint32_t bound; /* granted; 0: refused */
};

struct msg_accepted {
	uint32_t port; /* the forward's server port */
	uint32_t id; /* the monitor's, within the connection */
	uint32_t from; /* the originator's port, RFC 4254 7.2 */
	char addr[64]; /* and address */
};

struct msg_reach {
	uint32_t id; /* the worker's, within the connection */
	uint32_t port;
	char name[MSG_NAME]; /* of a device, or of this host */
};

struct msg_reached {
	uint32_t id; /* as in REACH */
	uint32_t ok; /* 0: refused */
	char refused[MSG_TEXT]; /* why, for the client */
};

struct msg_join {
	uint64_t jump; /* the monitor's */
	uint64_t asker; /* the operator's connection, if it is here; or 0 */
	uint32_t id; /* its channel, as in REACH */
	uint32_t port; /* the forward's server port */
};

struct msg_jump_close { /* conn is the operator's */
	uint32_t id; /* as in REACH */
};

enum msg_join_result { JOIN_OPEN = 1, JOIN_REFUSED, JOIN_FULL };

struct msg_joined {
	uint64_t jump;
	uint32_t result; /* enum msg_join_result */
};

struct msg_port { /* UNLISTEN, LISTEN, CANCEL */
	uint32_t port;
};

struct msg_ready { /* a worker's: by its handshakes with itself */
	char libssh[MSG_ALGO]; /* its version */
	char kex[MSG_ALGO]; /* the key exchange that is offered first */
};

struct msg_login {
	char user[MSG_NAME]; /* of an offer */
	char algorithm[MSG_ALGO]; /* of an offer */
	char client[MSG_TEXT]; /* version string, RFC 4253 4.2 */
	char kex[MSG_ALGO];
	char cipher[MSG_ALGO];
	uint32_t keylen;
	uint8_t key[MSG_KEY]; /* of an offer: blob, RFC 4253 6.6 */
	/* Of a login; without it a key is only offered (RFC 4252 7). */
	uint32_t datalen;
	uint32_t siglen;
	uint8_t data[MSG_SIGNED_DATA]; /* session id || request */
	uint8_t sig[MSG_SIG]; /* as libcrypto takes it */
};

struct msg_poll { /* POLL, WAIT */
	uint32_t version; /* 0: legacy, one line is the answer */
	uint32_t dropped; /* bad health fields */
	char health[MSG_HEALTH];
};

struct msg_token {
	char text[MSG_TOKEN_TEXT]; /* "": only whether one may be tried */
	char client[MSG_TEXT]; /* as in LOGIN */
	char kex[MSG_ALGO];
	char cipher[MSG_ALGO];
};

struct msg_token_is {
	int64_t token; /* 0: refused */
	uint32_t state; /* enum token_state; not good: the secret is its */
	char reason[MSG_TEXT];
};

struct msg_tokens {
	int64_t until; /* us since the epoch; 0: there are none */
	int64_t told; /* the same: who has one that ended is told so */
};

struct msg_enroll {
	int64_t token; /* the monitor's word */
	char name[MSG_NAME];
	char key[MSG_KEY_LINE];
};

struct msg_enrolled {
	uint32_t result; /* enum enrol_result, for the monitor */
	char name[MSG_NAME];
	char refused[MSG_ALGO]; /* for the worker: why, or "" */
};

struct msg_file {
	uint32_t size;
};

struct msg_refused {
	uint32_t limit; /* a limit was hit (event limit) */
	char what[MSG_ALGO]; /* "pty-req", "direct-tcpip", ... */
	char detail[MSG_TEXT];
};

struct msg_bridge { /* BRIDGE_CLOSE, JUMP_CLOSED */
	uint32_t port; /* the forward's server port; 0 in JUMP_CLOSED */
	uint32_t id; /* as in ACCEPTED, or in REACH */
	uint64_t bytes_in; /* from the device */
	uint64_t bytes_out; /* to the device */
	char reason[MSG_ALGO]; /* why it ended */
};

struct msg_command {
	uint32_t id; /* the worker's, within the connection */
	uint32_t shell; /* no command came: text is empty */
	uint32_t terminal; /* a pty-req came before it */
	uint32_t port; /* where the operator came to; the monitor's word */
	uint32_t columns; /* of that terminal; 0: not known */
	uint32_t rows;
	uint32_t colour; /* it can show some */
	char text[MSG_COMMAND_TEXT];
};

enum msg_stream_of { STREAM_IN_OUT = 1, STREAM_ERR };

struct msg_stream {
	uint32_t id; /* as in COMMAND */
	uint32_t which; /* enum msg_stream_of */
};

struct msg_commanded {
	uint32_t id;
	uint32_t status; /* to exit with */
	char refused[MSG_TEXT]; /* a line for stderr, or "" */
};

struct msg_hung_up {
	uint32_t id;
	uint64_t bytes_in; /* from the operator */
	uint64_t bytes_out;
};

enum msg_forward_action { REQUEST_OPEN = 1, REQUEST_CLOSE };

struct msg_forward_request {
	uint32_t what; /* enum msg_forward_action */
	uint32_t dport; /* of OPEN */
	uint32_t sport;
	uint32_t ttl; /* s; 0 from a console: as long as is usual */
	int64_t device;
	int64_t forward; /* of CLOSE */
	int64_t oper; /* whose it shall be; the monitor's word, as who is */
	char who[MSG_NAME];
};

struct msg_forward_result {
	int64_t forward; /* 0: refused */
	uint32_t ttl; /* s, of one that was opened */
	char refused[MSG_TEXT]; /* why */
};

struct msg_bye {
	uint64_t bytes_in;
	uint64_t bytes_out;
	char reason[MSG_TEXT];
};

struct msg_store_open {
	char url[MSG_URL];
	char node[MSG_NAME];
	char listen[MSG_TEXT]; /* for status */
	uint32_t pid; /* the monitor's */
	int64_t since; /* changes up to this were sent before; 0: none */
};

struct msg_heartbeat {
	int64_t device;
	int64_t at; /* us since the epoch */
	uint32_t interval; /* s, as measured; 0: not yet known */
	uint32_t dropped;
	char addr[64];
	char client[MSG_TEXT];
	char health[MSG_HEALTH];
};

struct msg_session { /* conn names it */
	int64_t device; /* 0: an operator's */
	int64_t oper;
	int64_t since; /* us since the epoch */
	char addr[64];
	char client[MSG_TEXT];
	uint8_t key[MSG_DIGEST];
	char ports[MSG_TEXT]; /* listening: "9876,9877" */
	char standing[MSG_TEXT]; /* virtual, by a permit: "22,80" */
};

struct msg_session_end {
	int64_t seen; /* us since the epoch; 0: as its heartbeat said */
};

struct msg_forward_state {
	int64_t id;
	int64_t at; /* us since the epoch */
	uint32_t state; /* enum forward_state */
	char reason[MSG_TEXT];
};

struct msg_virtual_forward {
	int64_t device;
	int64_t created; /* us since the epoch */
	int64_t at;
	uint32_t dport;
	uint32_t sport;
	uint32_t state; /* enum forward_state */
	char reason[MSG_TEXT];
};

struct msg_duplicate_key {
	int64_t device;
	int64_t at; /* us since the epoch */
	char places[MSG_TEXT]; /* "192.0.2.1,198.51.100.7" */
};

struct msg_refusal {
	int64_t device;
	int64_t at; /* us since the epoch */
	uint32_t own; /* with its key; 0: under its name */
	char addr[64];
	char reason[MSG_TEXT];
};

struct msg_seq { /* APPLIED, LOADED, CHANGED */
	int64_t seq;
};

struct msg_status {
	char json[MSG_STATUS_TEXT];
};

struct msg_device {
	int64_t id;
	uint32_t enabled;
	uint32_t interval; /* s between its polls, last known */
	int64_t last_seen; /* us since the epoch; 0: never */
	char name[MSG_NAME];
	char alias[MSG_NAME];
	char tags[MSG_TAGS];
};

struct msg_devices {
	uint32_t n;
	struct msg_device list[MSG_DEVICES];
};

struct msg_key_of {
	int64_t id;
	int64_t device;
	uint8_t digest[MSG_DIGEST];
};

struct msg_keys {
	uint32_t n;
	struct msg_key_of list[MSG_KEYS];
};

struct msg_permit {
	int64_t id;
	int64_t device; /* 0: by tag */
	uint32_t first; /* server ports, inclusive */
	uint32_t last;
	uint32_t virtual; /* of the device's own ports */
	char tag[MSG_NAME];
};

struct msg_forward {
	int64_t id;
	int64_t device;
	int64_t expires; /* us since the epoch */
	uint32_t dport;
	uint32_t sport;
	uint32_t state; /* enum forward_state */
	uint32_t cancelled; /* an operator closed it */
	uint32_t ttl; /* s */
	int64_t oper; /* whose it is; 0: opened on the server */
	char owner[MSG_NAME]; /* that operator's name, or "" */
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
	NOUN_OPERATOR = 8
};

struct msg_gone {
	uint32_t noun;
	int64_t id;
};

struct msg_kill {
	uint64_t session; /* a connection; 0: all of device */
	int64_t device; /* 0: session is an operator's */
};

#define MSG_ADDR 64

struct msg_penalty {
	char addr[MSG_ADDR]; /* its source's, or one of its /64 */
};

struct msg_admin {
	char who[MSG_NAME];
	char what[MSG_TEXT];
};

struct msg_store_state {
	uint32_t ok;
	uint32_t fatal; /* refused for good: do not start */
	char reason[MSG_TEXT];
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
		struct msg_seq seq;
		struct msg_status status;
		struct msg_duplicate_key duplicate_key;
		struct msg_refusal refusal;
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
	};
};

/* The child's end of its socketpair: fixed by et-sshd before exec. */
#define MSG_FD 3

enum msg_result {
	MSG_OK = 0,
	MSG_AGAIN, /* nothing there, or no room: later */
	MSG_EOF, /* the other side is gone */
	MSG_BAD /* malformed: see the reason */
};

/*
 * Receive one message without blocking.  *fd is the descriptor that came
 * with it (the caller owns it, close-on-exec), -1, or MSG_FD_LOST: one was
 * sent, and this process has no room for another.  On MSG_BAD reason (a
 * static string) says what was wrong, and nothing is left open.
 */
#define MSG_FD_LOST (-2)
enum msg_result msg_recv(int sock, struct msg *, int *fd, const char **reason);

/*
 * A queue of messages to one peer.  msgq_send sends at once when it can and
 * queues otherwise, in order; fd (-1: none) goes with the message and stays
 * the caller's.  Returns MSG_OK, or MSG_EOF when the peer is gone or has let
 * more than limit bytes wait.
 */
struct msgq;

struct msgq *msgq_new(int sock, size_t limit);
void msgq_free(struct msgq *);
enum msg_result msgq_send(struct msgq *, const struct msg *, int fd);
enum msg_result msgq_flush(struct msgq *);
size_t msgq_pending(const struct msgq *); /* bytes */
size_t msgq_descriptors(const struct msgq *); /* that wait, too */

/* A message of this type, all else zero. */
void msg_init(struct msg *, enum msg_type, uint64_t conn);

/* Bytes on the wire of a message of this type; 0: no such type. */
size_t msg_size(uint32_t type);

/* "LOGIN" for MSG_LOGIN; "?" for no such type. */
const char *msg_name(uint32_t type);

#endif
