# shellcheck shell=sh disable=SC2034,SC2154
# help, the version and wrong calls

does 'usage: et-admin' --help
does 'et-admin ' --version
for noun in device key forward permit operator session heartbeat token hostkey log penalty event alert node store; do
	does "  $noun " --help
	does "et-admin $noun" $noun --help
	refuse 2 'missing verb' $noun
	refuse 2 'no such verb' $noun frobnicate
	"$admin" $noun --help >"$tmp/nounhelp"
	verbs=$(sed -n "s/^  et-admin $noun \([a-z]*\).*/\1/p" "$tmp/nounhelp")
	[ -n "$verbs" ] || fail "$noun has no verbs"
	for verb in $verbs; do
		does "usage: et-admin $noun $verb" $noun "$verb" --help
		does "usage: et-admin $noun $verb" --help $noun "$verb"
		refuse 2 'no such option' $noun "$verb" --frobnicate
		"$admin" $noun "$verb" --help >"$tmp/verbhelp"
		! grep -v '^usage:' "$tmp/verbhelp" | grep '.\{81\}' ||
		    fail "$noun $verb --help: longer than 80"
	done
done
for noun in device key forward permit operator session token node; do
	does 'usage: et-admin '$noun' list' $noun ls --help
	does 'Alias: ls.' $noun list --help
	does 'Also: ls.' $noun --help
done
for noun in device permit operator node; do
	does 'usage: et-admin '$noun' remove' $noun rm --help
	does 'Also: rm.' $noun --help
done
for noun in setup backup restore status metrics page report; do
	"$admin" $noun --help >"$tmp/nounhelp"
	! grep -v '^usage:' "$tmp/nounhelp" | grep '.\{81\}' ||
	    fail "$noun --help: longer than 80"
done
# What an option is stands there once, for all verbs that take it.
does '--device ID        a device, by its id' operator add --help
does '--device ID        a device, by its id' token new --help
does '--device ID        a device, by its id' event tail --help
does '--operator NAME    an operator, by name' setup --help
does '--operator NAME    an operator, by name' event tail --help
refuse 2 'no such verb: rm' session rm x
refuse 2 'no such verb: ls' heartbeat ls
does 'usage: et-admin status' status --help
does 'usage: et-admin status' help status
does 'usage: et-admin [-c CONF]' help
does 'usage: et-admin device list' help device list
does 'usage: et-admin doctor [ID]' doctor --help
does 'usage: et-admin connect ID' connect --help
refuse 2 'usage: et-admin doctor' doctor one two
refuse 2 'usage: et-admin connect' connect
refuse 2 'missing command; see et-admin help'
refuse 2 'no such option: -x' -x
refuse 2 'requires a value' device list --tag
refuse 2 'does not apply to this command' device list --ttl 1h
refuse 2 'usage: et-admin device add' device add
refuse 2 'usage: et-admin device add' device add a b
