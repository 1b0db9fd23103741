/*
 * et-sshd-console: one command of one operator.  Started by et-sshd, never by
 * hand.  The console opens the store as its owner and with the rights of the
 * operator's role, gives up the owner's user, seals itself, and only then
 * receives the command.
 */
#include "config.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "admin.h"
#include "command.h"
#include "store_owner.h"
#include "seal.h"
#include "talk.h"
#include "terminal.h"
#include "when.h"
#include "words.h"

#define SSH_PORT 22 /* which ssh(1) need not be told */

/* Check MSG_FD: only et-sshd starts this program with such a socket. */
static int
check_socket(void)
{
	socklen_t len = sizeof(int);
	int type = 0;

	if (getsockopt(MSG_FD, SOL_SOCKET, SO_TYPE, &type, &len) == -1 ||
	    type != SOCK_SEQPACKET || fcntl(MSG_FD, F_SETFD, FD_CLOEXEC) == -1)
		return -1;
	return fcntl(MSG_FD, F_SETFL, O_NONBLOCK);
}

/* Replace et-sshd's stdin and stdout, or stderr, by the operator's. */
static int
take_stream(enum msg_stream_of which)
{
	struct msg m;
	int fd, r;

	talk_hear(MSG_STREAM, &m, &fd);
	if (fd < 0 || m.stream.which != (uint32_t)which)
		return -1;
	if (which == STREAM_ERR)
		r = dup2(fd, STDERR_FILENO);
	else if ((r = dup2(fd, STDIN_FILENO)) != -1)
		r = dup2(fd, STDOUT_FILENO);
	close(fd);
	return r;
}

static enum admin_exit
open_store(struct admin *a, const char *url, const struct oper *who)
{
	bool writes = who->role == OPERATOR_ADMIN;
	char error[STORE_ERROR];

	if (store_open(&a->store, url, STORE_WITHIN | (writes ? 0 : STORE_READ),
		error) != STORE_OK)
		return admin_fail("%s", error);
	if (!writes && store_limit(a->store, who) != STORE_OK)
		return admin_fail("%s", store_error(a->store));
	if (who->role == OPERATOR_OPERATOR)
		a->desk = &talk_desk;
	store_watch(a->store); /* it cannot be opened after the seal */
	if (store_shared(a->store))
		when_follow(store_clock(a->store));
	return ADMIN_DONE;
}

/*
 * Receive the operator and the store, open the store as the role permits, and
 * seal.
 */
static enum admin_exit
prepare_store(struct admin *a, struct oper *who)
{
	char url[MSG_URL];
	const char *why;
	struct msg m;
	int fd;

	talk_hear(MSG_STORE_OPEN, &m, &fd);
	memcpy(url, m.store_open.url, sizeof(url));
	memcpy(a->node, m.store_open.node, sizeof(a->node));
	talk_hear(MSG_OPERATOR, &m, &fd);
	who->id = m.oper.id;
	who->role = (enum operator_role)m.oper.role;
	memcpy(who->name, m.oper.name, sizeof(who->name));
	memcpy(who->grants, m.oper.grants, sizeof(who->grants));
	if (take_stream(STREAM_IN_OUT) == -1 || take_stream(STREAM_ERR) == -1)
		return ADMIN_FAILED;
	if (open_store(a, url, who) != ADMIN_DONE)
		return ADMIN_FAILED;
	tzset();
	if (store_owner_leave() == -1)
		return admin_fail(
		    "cannot leave the store's owner: %s", strerror(errno));
	if ((why = seal_enter(who->role == OPERATOR_ADMIN)) != NULL)
		return admin_fail("%s", why);
	a->url = url[0] != '\0' ? "" : NULL;
	a->who = who->name;
	a->page_key = talk_page_key;
	a->paste = talk_paste;
	a->oper = who->id;
	return ADMIN_DONE;
}

/* Describe the client's terminal as COMMAND has it. */
static void
look_there(struct look *look, const struct msg_command *command)
{
	memset(look, 0, sizeof(*look));
	if (!command->terminal)
		return;
	look->terminal = true;
	look->columns =
	    command->columns > LOOK_MOST ? LOOK_MOST : command->columns;
	look->rows = command->rows > LOOK_MOST ? LOOK_MOST : command->rows;
	look->colour = command->colour;
}

static enum admin_exit
run_command(struct admin *a, const struct look *look, const struct oper *who,
    int argc, char **argv)
{
	struct args args = {.words = 0};
	const struct verb *verb;
	enum admin_exit result = ADMIN_FAILED;

	args.word = calloc((size_t)argc + 1, sizeof(*args.word));
	if (args.word == NULL)
		return admin_fail("out of memory");
	result = command_parse(&args, argc, argv, who->role, &verb);
	if (result == ADMIN_DONE && verb != NULL) {
		a->out = output_new(stdout, args.value[ARG_JSON] != NULL);
		if (a->out != NULL)
			output_look(a->out, look);
		result = a->out != NULL ? command_run(a, &args, verb)
					: admin_fail("out of memory");
		if (a->out != NULL && output_finish(a->out) == -1 &&
		    result == ADMIN_DONE)
			result = ADMIN_FAILED;
		output_free(a->out);
	}
	free(args.word);
	return result;
}

/* An interactive login prints the devices, and how to reach them. */
static enum admin_exit
print_welcome(struct admin *a, const struct look *look, const struct oper *who,
    uint32_t port)
{
	char name[] = "", device[] = "device", list[] = "list";
	char *argv[] = {name, device, list, NULL};
	char jump[16] = "", option[16] = "";
	enum admin_exit result;

	if (port != SSH_PORT && port != 0) {
		snprintf(jump, sizeof(jump), ":%u", port);
		snprintf(option, sizeof(option), "-p %u ", port);
	}
	printf("Welcome, %s (%s). There is no shell here. Your devices:\n\n",
	    who->name, operator_role_name(who->role));
	result = run_command(a, look, who, 3, argv);
	printf("\nOn your own machine, with this server's name as SERVER:\n"
	       "  ssh %s-N -L 3000:fleet:80 %s@SERVER   (then "
	       "http://localhost:3000)\n",
	    option, who->name);
	if (who->role != OPERATOR_VIEWER)
		printf("  ssh -J %s@SERVER%s root@DEVICE\n"
		       "  ssh %s-N -L 3000:DEVICE:80 %s@SERVER\n",
		    who->name, jump, option, who->name);
	printf("  ssh %s%s@SERVER device show DEVICE\n"
	       "  ssh %s%s@SERVER help\n",
	    option, who->name, option, who->name);
	return result;
}

static enum admin_exit
serve_command(
    struct admin *a, const struct oper *who, struct msg_command *command)
{
	char name[] = "", *argv[1 + WORDS_MAX + 1] = {name}, **word = argv + 1;
	struct look look;
	const char *why;
	int n;

	look_there(&look, command);
	if (command->terminal && terminal_lines() == -1)
		return ADMIN_FAILED;
	if (command->shell && !command->terminal)
		return admin_usage("missing command; see et-admin help");
	if (command->shell)
		return print_welcome(a, &look, who, command->port);
	if ((n = words_split(command->text, word, &why)) == -1)
		return admin_usage("%s", why);
	return run_command(a, &look, who, n + 1, argv);
}

int
main(int argc, char *argv[])
{
	struct admin a = {.store = NULL};
	struct oper who = {.id = 0};
	struct msg m;
	enum admin_exit result;
	int fd;

	if (store_owner_enter(argc, argv) == -1 || check_socket() == -1) {
		fprintf(stderr,
		    "et-sshd-console: started by et-sshd, never by hand\n");
		return ADMIN_USAGE;
	}
	umask(077);
	admin_by_ssh();
	if ((result = prepare_store(&a, &who)) == ADMIN_DONE) {
		msg_init(&m, MSG_READY, 0);
		talk_say(&m);
		talk_hear(MSG_COMMAND, &m, &fd);
		result = serve_command(&a, &who, &m.command);
	}
	store_close(a.store);
	fflush(stdout);
	return result;
}
