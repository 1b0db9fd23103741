/*
 * What the output of ufw, firewall-cmd, nft and iptables means for a port.
 */
#include "config.h"

#include "firewall.h"
#include "unit.h"

#define NFT(policy, rules)                                                 \
	"table inet filter {\n\tset ports {\n\t\ttype inet_service\n\t}\n" \
	"\tchain input {\n\t\ttype filter hook input priority filter; "    \
	"policy " policy ";\n" rules "\t}\n\n\tchain forward {\n"          \
	"\t\ttype filter hook forward priority filter; policy drop;\n"     \
	"\t}\n}\n"

static const struct {
	const char *text;
	enum firewall (*judge)(const char *, uint32_t);
	enum firewall want; /* for port 2222 */
} cases[] = {
    {"", firewall_nft, FIREWALL_OPEN},
    {NFT("accept", ""), firewall_nft, FIREWALL_OPEN},
    {NFT("accept", "\t\ttcp dport 22 accept\n"), firewall_nft, FIREWALL_OPEN},
    {NFT("drop", ""), firewall_nft, FIREWALL_DROPS},
    {NFT("drop", "\t\ttcp dport 22 accept\n"), firewall_nft, FIREWALL_DROPS},
    {NFT("drop", "\t\tudp dport 2222 accept\n"), firewall_nft, FIREWALL_DROPS},
    {NFT("drop", "\t\ttcp dport 2222 accept\n"), firewall_nft, FIREWALL_ALLOWS},
    {NFT("drop", "\t\ttcp dport { 22, 2200-2300 } ct state new accept\n"),
	firewall_nft, FIREWALL_ALLOWS},
    {NFT("drop", "\t\ttcp dport @ports accept\n"), firewall_nft,
	FIREWALL_UNSURE},
    {NFT("accept", "\t\tct state invalid drop\n"), firewall_nft, FIREWALL_OPEN},
    {NFT("accept", "\t\tcounter packets 0 bytes 0 drop\n"), firewall_nft,
	FIREWALL_DROPS},
    {NFT("accept", "\t\treject with icmpx admin-prohibited\n"), firewall_nft,
	FIREWALL_DROPS},
    {"-P INPUT ACCEPT\n-P FORWARD DROP\n", firewall_iptables, FIREWALL_OPEN},
    {"-P INPUT DROP\n-P FORWARD DROP\n", firewall_iptables, FIREWALL_DROPS},
    {"-P INPUT DROP\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n",
	firewall_iptables, FIREWALL_DROPS},
    {"-P INPUT DROP\n-A INPUT -p udp -m udp --dport 2222 -j ACCEPT\n",
	firewall_iptables, FIREWALL_DROPS},
    {"-P INPUT DROP\n-A INPUT -p tcp -m tcp --dport 2222 -j ACCEPT\n",
	firewall_iptables, FIREWALL_ALLOWS},
    {"-P INPUT ACCEPT\n-A INPUT -p tcp -m multiport --dports 22,2200:2300 "
     "-j ACCEPT\n-A INPUT -j REJECT --reject-with icmp-port-unreachable\n",
	firewall_iptables, FIREWALL_ALLOWS},
    {"Status: inactive\n", firewall_ufw, FIREWALL_OPEN},
    {"Status: active\nDefault: allow (incoming), allow (outgoing)\n",
	firewall_ufw, FIREWALL_OPEN},
    {"Status: active\nDefault: deny (incoming), allow (outgoing)\n\n"
     "22/tcp                     ALLOW IN    Anywhere\n",
	firewall_ufw, FIREWALL_DROPS},
    {"Status: active\nDefault: deny (incoming)\n"
     "2222/udp                   ALLOW IN    Anywhere\n"
     "OpenSSH                    ALLOW IN    Anywhere\n"
     "2222/tcp                   DENY IN     Anywhere\n",
	firewall_ufw, FIREWALL_DROPS},
    {"Status: active\n2222                       LIMIT IN    Anywhere\n",
	firewall_ufw, FIREWALL_ALLOWS},
    {"Status: active\n80,2200:2300/tcp           ALLOW IN    Anywhere\n",
	firewall_ufw, FIREWALL_ALLOWS},
    {"Status: active\nWWW Full                   ALLOW IN    Anywhere\n",
	firewall_ufw, FIREWALL_UNSURE},
    {"yes\n", firewall_firewalld, FIREWALL_ALLOWS},
    {"no\n", firewall_firewalld, FIREWALL_DROPS},
    {"FirewallD is not running\n", firewall_firewalld, FIREWALL_OPEN},
};

static void
test_texts(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (cases[i].judge(cases[i].text, 2222) != cases[i].want)
			fail_msg(
			    "%zu: not %d: %s", i, cases[i].want, cases[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
