# shellcheck shell=sh disable=SC2034,SC2154
# hostkey: ssh-keygen makes and reads the files

command -v ssh-keygen >/dev/null || exit 77

refuse 1 'No such file' hostkey import "$tmp/none"
run 1 hostkey show
grep -q 'run et-admin hostkey generate' "$tmp/err" ||
    fail 'does not say how to make it'

# An old server's keys, one in the format of old.
ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -f "$tmp/old_rsa"
ssh-keygen -q -t ed25519 -N secret -f "$tmp/locked"
ssh-keygen -q -t ecdsa -N '' -f "$tmp/ecdsa"
does 'ssh_host_rsa_key imported: ssh-rsa' hostkey import "$tmp/old_rsa"
does 'has this key already' hostkey import "$tmp/old_rsa"
old=$(ssh-keygen -lf "$tmp/old_rsa.pub" | cut -d' ' -f2)
does "$old" hostkey import "$tmp/old_rsa"
head -n 1 "$tmp/keys/ssh_host_rsa_key" | grep -q 'BEGIN OPENSSH' ||
    fail "the key is not in OpenSSH's format"
refuse 1 'has a passphrase' hostkey import "$tmp/locked"
refuse 1 'no file for a key of type ecdsa' hostkey import "$tmp/ecdsa"
refuse 1 "$tmp/conf: " hostkey import "$tmp/conf"

does 'ssh_host_ed25519_key made: ssh-ed25519' hostkey generate
grep -q 'ssh_host_rsa_key exists, not changed' "$tmp/out" || fail 'the rsa key?'
cksum "$tmp"/keys/* >"$tmp/before"
does 'exists, not changed' hostkey generate
cksum "$tmp"/keys/* | cmp -s - "$tmp/before" || fail 'a key was changed'
for key in ed25519 rsa; do
	[ "$(stat -c %a "$tmp/keys/ssh_host_${key}_key")" = 600 ] ||
	    fail 'others may read a host key'
done
ssh-keygen -q -t rsa -b 2048 -N '' -f "$tmp/new_rsa"
refuse 1 'contains another key' hostkey import "$tmp/new_rsa"
does "$old" hostkey show
json "len(rows) == 2 and rows[1]['key'] == '$old' and
    rows[1]['known_hosts'].startswith('home.example ssh-rsa AAAA')" \
    hostkey show --host home.example
# shellcheck disable=SC2012
[ "$(ls -A "$tmp/keys" | wc -l)" = 4 ] || fail 'something was left behind'
for key in ed25519 rsa; do
	key=$tmp/keys/ssh_host_${key}_key
	[ "$(ssh-keygen -y -f "$key" | cut -d' ' -f1,2)" = \
	    "$(cut -d' ' -f1,2 "$key.pub")" ] || fail 'the public half is not its'
	[ "$(stat -c %a "$key.pub")" = 644 ] || fail 'others may not read it'
done
chmod 644 "$tmp/keys/ssh_host_rsa_key"
run 1 hostkey show
grep -q 'chmod 600' "$tmp/err" || fail 'does not see who may read it'
chmod 600 "$tmp/keys/ssh_host_rsa_key"

# Rotation, as far as it goes without a server; see tests/device/hostkey_rotate.
refuse 1 'no rotation in progress' hostkey rotate status
refuse 1 'no rotation in progress' hostkey rotate finish --force
refuse 2 'usage: et-admin hostkey rotate' hostkey rotate
refuse 2 'usage: et-admin hostkey rotate' hostkey rotate turn
refuse 2 'usage: et-admin hostkey rotate' hostkey rotate begin now
refuse 2 'not HOST' hostkey rotate server 'a b'
mv "$tmp/keys/ssh_host_ed25519_key" "$tmp/aside"
refuse 1 'no ed25519 host key' hostkey rotate begin
refuse 1 'no ed25519 host key' hostkey rotate server b.example:443
[ ! -e "$tmp/keys/ssh_host_rsa_key.next" ] || fail 'a key that was not asked for'
mv "$tmp/aside" "$tmp/keys/ssh_host_ed25519_key"
does 'announces it within' hostkey rotate begin

# Signed by the key in use, as ssh-keygen and signify verify it; anew each time.
announced=$tmp/keys/ssh_host_ed25519_key.announced
signed()
{
	sed '/^usign=/,$d' "$announced" |
	    { echo 'et-phone-home announcement'; cat; } >"$tmp/signed"
	key=$(ssh-keygen -y -f "$tmp/keys/ssh_host_ed25519_key" | cut -d' ' -f2)
	echo "x ssh-ed25519 $key" >"$tmp/allowed"
	{
		echo '-----BEGIN SSH SIGNATURE-----'
		sed -n 's/^sshsig=//p' "$announced"
		echo '-----END SSH SIGNATURE-----'
	} >"$tmp/sshsig"
	ssh-keygen -q -Y verify -f "$tmp/allowed" -I x -s "$tmp/sshsig" \
	    -n announcement@et-phone-home <"$tmp/signed" >/dev/null ||
	    fail 'ssh-keygen does not verify it'
	command -v signify-openbsd >/dev/null || return 0
	comment='untrusted comment: x'
	printf '%s\nRWQAAAAAAAAAA%s\n' "$comment" "$(echo "$key" | cut -c 26-)" \
	    >"$tmp/usign.pub"
	{ echo "$comment"; sed -n 's/^usign=//p' "$announced"; } >"$tmp/usign"
	signify-openbsd -V -q -m "$tmp/signed" -x "$tmp/usign" \
	    -p "$tmp/usign.pub" || fail 'signify does not verify it'
}
serial() { sed -n '1s/^serial=//p' "$announced"; }
signed
first=$(serial)
does 'announced again' hostkey rotate begin
signed
[ "$(serial)" -gt "$first" ] || fail 'no newer serial'
sed 's/^serial=./serial=9/' "$announced" >"$tmp/ahead"
cp "$tmp/ahead" "$announced"
does 'announces it within' hostkey rotate server b.example:443
signed
[ "$(serial)" -gt "$(sed -n '1s/^serial=//p' "$tmp/ahead")" ] ||
    fail 'a serial that is not above the last one'
does 'announced already' hostkey rotate server b.example:443
json "len(rows) == 4 and rows[1]['path'].endswith('_key.next')" hostkey show
json "rows[0]['ready'] == 0 and rows[0]['devices'] > 0 and rows[0]['keys'] and
    len(rows[0]['missing']) == rows[0]['devices']" hostkey rotate status
refuse 1 'devices are ready' hostkey rotate finish
does 'announcement withdrawn' hostkey rotate abort
json 'len(rows) == 2' hostkey show
refuse 1 'no rotation in progress' hostkey rotate abort
