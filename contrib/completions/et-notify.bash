# bash completion for et-notify(8).

# The receivers of the configuration that the command line names.
_et_notify_receivers()
{
	local conf=/etc/et-phone-home/et-notify.conf i

	for ((i = 1; i < COMP_CWORD; i++)); do
		[ "${COMP_WORDS[i]}" != -f ] || conf=${COMP_WORDS[i + 1]}
	done
	sed -n 's/^[[:space:]]*\(mail\|webhook\|command\)[[:space:]]\{1,\}"\{0,1\}\([A-Za-z0-9._-]\{1,\}\).*/\2/p' \
	    "$conf" 2>/dev/null
}

_et_notify()
{
	local cur=${COMP_WORDS[COMP_CWORD]}

	case ${COMP_WORDS[COMP_CWORD - 1]} in
	-f)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		;;
	--test)
		mapfile -t COMPREPLY < <(compgen -W "$(_et_notify_receivers)" \
		    -- "$cur")
		;;
	*)
		mapfile -t COMPREPLY < <(compgen -W \
		    "-f -t --test --version --help" -- "$cur")
		;;
	esac
}

complete -F _et_notify et-notify
