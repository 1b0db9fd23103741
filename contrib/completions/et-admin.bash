# bash completion for et-admin(8).  Most of what can follow is asked of
# et-admin's own help; what a word after a verb is stands in _et_admin_words.

# The words of the command line so far that choose the store.
_et_admin_store()
{
	local i

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-c | --conf | -s | --store)
			store+=("${COMP_WORDS[i]}" "${COMP_WORDS[i + 1]}")
			((i++))
			;;
		-*) ;;
		*)	words+=("${COMP_WORDS[i]}") ;;
		esac
	done
}

# _et_admin_each KEY NOUN VERB...: one value of each object listed, of those
# that can follow what is typed; a screenful is enough.
_et_admin_each()
{
	local key=$1

	shift
	"${COMP_WORDS[0]}" "${store[@]}" "$@" --json 2>/dev/null </dev/null |
	    sed -n "s/.*\"$key\":\"\{0,1\}\([^\",}]*\).*/\1/p" |
	    LC_ALL=C grep -Ex '[A-Za-z0-9._:/+=-]+' |
	    typed=$cur awk 'index($0, ENVIRON["typed"]) == 1' | head -n 200
}

# A device's ids and aliases.
_et_admin_devices()
{
	_et_admin_each device device list
	_et_admin_each alias device list | grep -vx null
}

# What devices can be sorted by.
_et_admin_fields()
{
	printf '%s\n' id alias name tag state addr client last_seen interval \
	    created model firmware version uptime load memory memory_total \
	    temp wan signal denied
}

# What can stand where a plain word is wanted.
_et_admin_words()
{
	case "${#words[@]} ${words[0]-} ${words[1]-}" in
	0*)
		"${COMP_WORDS[0]}" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'
		echo help
		;;
	"1 help"*)
		"${COMP_WORDS[0]}" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'
		;;
	"1 connect"*|"1 doctor"*)
		_et_admin_devices
		;;
	"1 setup"* | "1 report"* | "1 page"*) ;;
	1*)
		"${COMP_WORDS[0]}" "${words[0]}" --help 2>/dev/null |
		    sed -n "s/^  et-admin ${words[0]} \([a-z]*\).*/\1/p
			s/^      .*  Also: \([a-z]*\)\.$/\1/p"
		;;
	"2 key revoke")
		_et_admin_each key key list
		;;
	"2 alert mute")
		printf '%s\n' all device.gone site.offline clone key.refused \
		    disk store token.ends operator.ends health
		_et_admin_devices
		;;
	"2 alert unmute")
		_et_admin_each target alert rules
		;;
	"2 operator remove")
		_et_admin_each operator operator list
		;;
	"2 token revoke")
		_et_admin_each token token list
		;;
	"2 permit remove")
		_et_admin_each permit permit list
		;;
	"2 penalty clear")
		_et_admin_each addr penalty list
		;;
	"2 session kill")
		_et_admin_each device session list
		# As the table has them: with several nodes, NODE/SESSION.
		"${COMP_WORDS[0]}" "${store[@]}" session list -o session \
		    2>/dev/null </dev/null | sed 1d
		;;
	"2 node drain" | "2 node undrain" | "2 node remove")
		_et_admin_each node node list
		;;
	"3 forward close")
		_et_admin_each sport forward list "${words[2]}"
		;;
	"2 store"* | "3 store"*)
		printf '%s\n' sqlite: postgresql:
		;;
	"2 hostkey rotate")
		printf '%s\n' begin server status finish abort
		;;
	"2 device add" | "2 hostkey"* | "2 operator"* | "2 permit list" | \
	    "2 session list" | "2 token"* | "2 node"*) ;;
	"2 alert"* | "2 device list" | "2 status"* | "2 log"* | "2 penalty list" | "2 event"*) ;;
	2*)
		_et_admin_devices
		;;
	esac
}

_et_admin()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local store=() words=() IFS=$'\n'

	COMPREPLY=()
	_et_admin_store
	case ${words[1]-} in
	ls)	words[1]=list ;;
	rm)	words[1]=remove ;;
	esac
	case $prev in
	-c | --conf | --key | --new-key)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--state)
		mapfile -t COMPREPLY < <(compgen -W \
		    $'online\nlate\noffline\nnever' -- "$cur")
		return
		;;
	--sort)
		mapfile -t COMPREPLY < <(compgen -W "$(_et_admin_fields)" \
		    -- "$cur")
		return
		;;
	--format)
		mapfile -t COMPREPLY < <(compgen -W \
		    $'openmetrics\nprometheus' -- "$cur")
		return
		;;
	--role)
		mapfile -t COMPREPLY < <(compgen -W \
		    $'viewer\noperator\nadmin' -- "$cur")
		return
		;;
	--device)
		mapfile -t COMPREPLY < <(compgen -W \
		    "$(_et_admin_devices)" -- "$cur")
		return
		;;
	--node)
		mapfile -t COMPREPLY < <(compgen -W \
		    "$(_et_admin_each node node list)" -- "$cur")
		return
		;;
	-s | --store | --alias | --tag | --ttl | --timeout | --host | -n | \
	    --uses | --server | --port | -o | --columns | --operator | --keep | \
	    --for | --where | --since)
		return
		;;
	esac
	case "$cur ${#words[@]} ${words[0]-} ${words[1]-}" in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "$(
			"${COMP_WORDS[0]}" "${words[@]:0:2}" --help \
			    2>/dev/null | sed -n 's/^  .* \(--[a-z-]*\) .*/\1/p'
		)" -- "$cur")
		;;
	*" 3 key add" | *" 2 hostkey import" | *" 2 device import" | \
	    *" log verify" | *" 1 backup "* | *" 1 restore "*)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "$(_et_admin_words)" \
		    -- "$cur")
		;;
	esac
}

complete -o filenames -o default -F _et_admin et-admin
