# shellcheck shell=sh disable=SC2034,SC2154
# token: what is kept of it, what is printed; server.sh uses one

refuse 2 'missing port: --server server.example:PORT' \
    token new --server server.example
refuse 2 'is not HOST' token new --server 'a b'
refuse 2 'is not HOST' token new --server "a'b:1"
refuse 2 'is not HOST' token new --server -oProxyCommand=x:22
refuse 2 'is not HOST' token new --server host:0
refuse 2 'is not HOST' token new --server '[::1:22'
refuse 2 'is not a time' token new --server h:22 --ttl soon
refuse 2 'not a number of uses' token new --server h:22 --uses 0
refuse 2 'not a number of uses' token new --server h:22 --uses 1x
refuse 1 'not allowed' token new --server h:22 --tag 'a b'
refuse 1 'not allowed' token new --server h:22 --device 'a b'
refuse 1 'not allowed' token new --server h:22 --device enroll
run 0 device alias 6466b34bde54 attic
refuse 1 'is the alias of' token new --server h:22 --device attic
run 0 device alias 6466b34bde54 ''
refuse 1 'has a key already' token new --server h:22 --device 6466b34bde54
json 'len(rows) == 0' token list

# Both commands have the SHA-256 of the installer that there is.
printf 'echo installer\n' >"$tmp/install.sh"
echo "installer = \"$tmp/install.sh\"" >>"$tmp/conf"
digest=$(sha256sum <"$tmp/install.sh")
digest=${digest%% *}
json 'len(rows) == 1 and rows[0]["device"] == "aabbccddeeff" and
    rows[0]["installer"] == "'"$digest"'" and
    all("*'"$digest"'*" in rows[0][c] for c in ("dropbear", "openssh")) and
    rows[0]["tags"] == ["lab", "new"] and rows[0]["uses"] == 3 and
    rows[0]["server"] == "server.example:2222" and
    rows[0]["text"].startswith(rows[0]["token"] + ".") and
    rows[0]["text"] in rows[0]["dropbear"] and
    rows[0]["text"] in rows[0]["openssh"] and
    rows[0]["dropbear"].count("\x27server.example ssh-") == 2 and
    rows[0]["openssh"].count("\x27server.example ssh-") == 2 and
    "-o HostKeyAlias=server.example " in rows[0]["openssh"] and
    all(" ET_ID=aabbccddeeff " in rows[0][c] for c in ("dropbear", "openssh"))
    and
    " -p 2222 enroll@server.example " in rows[0]["openssh"]' \
    token new --server server.example:2222 --device AA:BB:CC:DD:EE:FF \
    --uses 3 --ttl 15m --tag new --tag lab
token=$(sed 's/.*"token":"\([^"]*\).*/\1/' "$tmp/out")
secret=$(sed "s/.*\"text\":\"$token.\([^\"]*\).*/\1/" "$tmp/out")
[ ${#token} = 8 ] && [ ${#secret} = 26 ] || fail 'their lengths'
run 0 device add aabbccddeeff
refuse 1 "token $token is for that id" device rename aabbccddeeff other
run 0 device remove aabbccddeeff
json 'len(rows) == 1 and rows[0]["state"] == "good" and
    rows[0]["uses_left"] == 3 and rows[0]["uses"] == 3' token list
if grep -Fq "$secret" "$tmp"/store.db*; then
	fail 'the secret is in the store'
fi

# For people each command is wrapped, for what BusyBox takes of a line; a
# shell, which is to run none of it, reads it as if it were one.
run 0 token new --server '[2001:db8::1]:22'
grep -q '^token [a-z2-7]\{8\}: 1 use, until ' "$tmp/out" || fail 'its first line'
[ "$(wc -L <"$tmp/out")" -lt 500 ] || fail 'a line is too long'
sed -n '/^(/,/)$/p' "$tmp/out" >"$tmp/lines"
sh -n "$tmp/lines"
python3 -c '
import shlex, sys
text = sys.stdin.read().replace("\x27\\\n\x27", "").replace(" \\\n", " ")
lines = text.splitlines()
assert len(lines) == 2, lines
for line in lines:
    words = shlex.split(line)
    assert "2001:db8::1 " + sys.argv[1] in words, words
    assert "ET_SERVER=[2001:db8::1]:22" in words, words
    assert "enroll@2001:db8::1" in words, words' \
    "$(cut -d' ' -f1-2 "$tmp/old_rsa.pub")" <"$tmp/lines" 2>"$tmp/err" ||
    fail 'the words of the two commands'
# Of what the server has the client say on stderr, nothing drives a terminal.
mkdir "$tmp/clients"
for client in dbclient ssh; do
	printf '%s\n' '#!/bin/sh' 'printf "no route\033]0;x\007\302\233\n" >&2' \
	    'exit 1' >"$tmp/clients/$client"
done
chmod 755 "$tmp/clients"/*
! PATH=$tmp/clients:$PATH sh "$tmp/lines" >"$tmp/out" 2>"$tmp/err" ||
    fail 'a server that is away'
[ "$(grep -c '^no route]0;x$' "$tmp/err")" = 2 ] || fail 'what the clients said'

# Without an installer that the server could send there is no command.
for text in '' "$(head -c 1048577 /dev/zero | tr '\0' '#')"; do
	printf %s "$text" >"$tmp/other.sh"
	cp "$tmp/conf" "$tmp/other"
	sed -i "s,^installer.*,installer = \"$tmp/other.sh\"," "$tmp/other"
	json 'rows[0]["dropbear"] is None and rows[0]["openssh"] is None and
	    rows[0]["installer"] is None and len(rows[0]["text"]) == 35' \
	    -c "$tmp/other" token new --server h:22
	grep -q "note: cannot print a command to paste: installer $tmp/other.sh: is " \
	    "$tmp/err" || fail 'why there is no command'
done
rm "$tmp/other.sh"
run 0 -c "$tmp/other" token new --server h:22
grep -q 'The token is not shown again: [a-z2-7.]\{35\}$' "$tmp/out" || fail 'itself'

# By public-name, and the .pub file where the private one may not be read.
cp "$tmp/conf" "$tmp/public"
echo 'public-name = "et.example:2200"' >>"$tmp/public"
json 'rows[0]["server"] == "et.example:2200"' -c "$tmp/public" token new
ssh-keygen -y -f "$tmp/keys/ssh_host_rsa_key" >"$tmp/keys/ssh_host_rsa_key.pub"
mv "$tmp/keys/ssh_host_rsa_key" "$tmp/moved"
echo no key >"$tmp/keys/ssh_host_rsa_key"
json 'rows[0]["openssh"].count("ssh-rsa AAAA") == 1' \
    -c "$tmp/public" token new
rm "$tmp/keys/ssh_host_rsa_key.pub"
refuse 1 'ssh_host_rsa_key: ' -c "$tmp/public" token new
mv -f "$tmp/moved" "$tmp/keys/ssh_host_rsa_key"

refuse 1 'no such token' token revoke "$token.$secret"
refuse 1 'no such token' token revoke aaaaaaaa
does "token $token revoked; no server is running" token revoke "$token"
refuse 1 'no such token' token revoke "$token"
json 'len(rows) == 6 and not any(r["token"] == "'"$token"'" for r in rows)' \
    token list
refuse 1 'by which devices register themselves' device add enroll
refuse 1 'by which devices register themselves' device alias two enroll
