#include "config.h"

#include <stdint.h>
#include <stdio.h>

#include "inbox.h"

size_t
inbox_format_wanted(const struct msg_wanted *wanted, char line[INBOX_LINE])
{
	uint16_t dport = (uint16_t)wanted->dport;
	uint16_t sport = (uint16_t)wanted->sport;

	if (dport == 0)
		return (size_t)snprintf(line, INBOX_LINE, "close %u\n", sport);
	return (size_t)snprintf(line, INBOX_LINE, "%u:%u\n", dport, sport);
}

size_t
inbox_format(
    const struct msg_inbox *inbox, unsigned int version, char text[INBOX_TEXT])
{
	size_t len = 0;
	uint32_t i, n = inbox->n;

	if (n > MSG_PORTS)
		return 0;
	if (version == 0 && n > 1)
		n = 1;
	if (n == 0)
		len = (size_t)snprintf(text, INBOX_TEXT, "0\n");
	for (i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, INBOX_TEXT - len, "%u:%u\n",
		    (unsigned int)inbox->forwards[i].dport,
		    (unsigned int)inbox->forwards[i].sport);
	if (version > 0 && inbox->next > 0)
		len += (size_t)snprintf(text + len, INBOX_TEXT - len,
		    "next=%u\n", (unsigned int)inbox->next);
	return len;
}
