/*
 * The configuration file: it is taken whole, or refused in one line.
 */
#include "config.h"

#include <sys/mman.h>
#include <sys/socket.h>

#include <netinet/in.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "device.h"
#include "fuzz.h"
#include "listen.h"

static struct conf *
load(const void *text, size_t len, char error[CONF_ERROR])
{
	struct conf *conf;
	char path[64];
	int fd;

	MUST((fd = memfd_create("conf", MFD_CLOEXEC)) != -1);
	MUST(write(fd, text, len) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	conf = conf_load(path, error);
	close(fd);
	if (conf == NULL)
		MUST(strncmp(error, path, strlen(path)) == 0);
	return conf;
}

/* Nobody is believed unless somebody is named. */
static void
check_proxied(const struct conf *c)
{
	struct sockaddr_in sin = {.sin_family = AF_INET};
	struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6};

	sin.sin_addr.s_addr = htonl(0xc0000201); /* 192.0.2.1 */
	if (conf_proxied(c, (struct sockaddr *)&sin))
		MUST(c->nproxy_from > 0);
	if (conf_proxied(c, (struct sockaddr *)&sin6))
		MUST(c->nproxy_from > 0);
	MUST(c->nproxy_from <= CONF_NETWORKS);
}

static void
check(const struct conf *c)
{
	size_t i;

	MUST(c->nlisten >= 1 && c->nlisten <= CONF_LIST);
	for (i = 0; i < c->nlisten; i++)
		MUST(listen_valid(c->listen[i]));
	MUST(c->nhostkeys >= 1 && c->nhostkeys <= CONF_LIST);
	for (i = 0; i < c->nhostkeys; i++)
		MUST(*c->hostkeys[i] != '\0');
	MUST(c->noperator_listen <= CONF_LIST);
	for (i = 0; i < c->noperator_listen; i++)
		MUST(listen_valid(c->operator_listen[i]));
	MUST(c->admin_by_ssh < CONF_ADMINS);
	MUST(device_name_valid(c->node));
	MUST(listen_address_valid(c->forward_address));
	MUST(*c->event_log != '\0');
	MUST(strncmp(c->store, "sqlite:", 7) == 0);
	MUST(c->worker_sessions >= 1 && c->login_grace >= 1);
	MUST(c->max_auth_tries >= 1 && c->max_startups >= 1);
	MUST(c->stale_limit >= 1 && c->redeliver >= 1);
	check_proxied(c);
}

/* What is not a text of a file's is refused as such. */
static void
check_files(void)
{
	char error[CONF_ERROR];

	MUST(conf_load("/", error) == NULL && *error != '\0');
	MUST(conf_load("/dev/null", error) == NULL && *error != '\0');
	MUST(conf_load("/nonexistent/et-sshd.conf", error) == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char error[CONF_ERROR], kept[CONF_ERROR];
	struct conf *conf, *running;

	check_files();
	conf = load(data, len, error);
	MUST((conf == NULL) == (*error != '\0'));
	if (conf == NULL) {
		MUST(fuzz_printable(error));
		return 0;
	}
	check(conf);
	MUST((running = load("", 0, error)) != NULL);
	conf_reload(running, conf, kept);
	check(running);
	conf_reload(conf, conf, kept);
	MUST(*kept == '\0');
	conf_free(running);
	conf_free(conf);
	return 0;
}
