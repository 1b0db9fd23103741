/*
 * Whether this machine's own firewall keeps a TCP port away, as far as its
 * rules can be read: ufw(8), firewall-cmd(1), nft(8), iptables(8).  Nothing is
 * changed.
 */
#ifndef FIREWALL_H
#define FIREWALL_H

#include <stdint.h>

enum firewall {
	FIREWALL_NONE,		/* no program of these could be asked */
	FIREWALL_OPEN,		/* those asked keep nothing away */
	FIREWALL_ALLOWS,	/* a rule lets the port in */
	FIREWALL_DROPS,		/* what no rule lets in, and none lets it in */
	FIREWALL_UNSURE		/* the same, but a rule cannot be understood */
};

#define FIREWALL_REMEDY	160

/*
 * Ask them.  name is the program that answered; remedy, after FIREWALL_DROPS, is
 * the command or rule that lets the port in.
 */
enum firewall	firewall_look(uint32_t port, const char **name,
    char remedy[FIREWALL_REMEDY]);

/* Reads each program's output for the port; separate for tests. */
enum firewall	firewall_ufw(const char *text, uint32_t port);
enum firewall	firewall_firewalld(const char *text, uint32_t port);
enum firewall	firewall_nft(const char *text, uint32_t port);
enum firewall	firewall_iptables(const char *text, uint32_t port);

#endif
