# shellcheck shell=sh disable=SC2034,SC2154
# operator

for who in alice bob carol; do
	ssh-keygen -q -t ed25519 -N '' -C "$who" -f "$tmp/$who"
done
refuse 2 'usage: et-admin operator add' operator add
refuse 2 'requires --key FILE and --role' operator add alice
refuse 2 'requires --key FILE and --role' operator add alice --role admin
refuse 2 'requires --key FILE and --role' operator add alice --key "$tmp/alice.pub"
refuse 2 'no such role' operator add alice --key "$tmp/alice.pub" --role root
refuse 2 'could reach no device' operator add alice --key "$tmp/alice.pub" \
    --role operator
refuse 2 '--role admin excludes --tag' operator add alice --key "$tmp/alice.pub" \
    --role admin --tag lab
refuse 1 'is not allowed' operator add 'Al ice' --key "$tmp/alice.pub" \
    --role admin
refuse 1 'private' operator add alice --key "$tmp/alice" --role admin
for bad in '' LAB lab: lab:0 lab:65536 lab:22, 'lab:22 80' lab:80-22 :22; do
	refuse 2 'not a tag' operator add alice --key "$tmp/alice.pub" \
	    --role operator --tag "$bad"
done
for bad in nobody nobody:22 '' :22; do
	refuse 1 'no such device' operator add alice --key "$tmp/alice.pub" \
	    --role operator --device "$bad"
done
for bad in two: two:0 two:22, 'two:22 80' two:x; do
	refuse 2 'not a device' operator add alice --key "$tmp/alice.pub" \
	    --role operator --device "$bad"
done
refuse 2 'not a tag' operator add alice --key "$tmp/alice.pub" \
    --role operator --tag device=two
refuse 2 'excludes --tag and --device' operator add alice --key "$tmp/alice.pub" \
    --role admin --device two
does 'operator erin added' operator add erin --key "$tmp/alice.pub" \
    --role operator --device 64:66:B3:4B:DE:54 --device two:443 --tag lab:22
json 'rows[0]["grants"] == [{"tag": "lab", "ports": ["22"]},
    {"device": "6466b34bde54", "ports": ["22", "80"]},
    {"device": "two", "ports": ["443"]}]' operator list
# It would be for whatever device is called two next.
refuse 1 'operator erin is granted that id' device rename two other
does 'operator erin removed' operator remove erin
does 'operator erin added' operator add erin --key "$tmp/alice.pub" \
    --role operator --device 64:66:b3:4b:de:54:22,8000-8100
run 0 operator list
grep -Eq '^erin +operator +active +device=6466b34bde54:22,8000-8100 +SHA256:' \
    "$tmp/out" || fail 'the row of erin'
does 'operator erin removed' operator remove erin
does 'operator alice added with key SHA256:' operator add alice \
    --key "$tmp/alice.pub" --role operator --tag lab --tag site-a:22,8000-8100
does 'admin bob added' operator add bob --key "$tmp/bob.pub" --role admin
does 'viewer carol added' operator add carol --key "$tmp/carol.pub" \
    --role viewer
refuse 1 'operator alice exists already' operator add alice \
    --key "$tmp/carol.pub" --role admin
refuse 1 'operator alice has that key' operator add dave \
    --key "$tmp/alice.pub" --role admin
# A key is an operator's or a device's.
refuse 1 'device 6466b34bde54 has that key' operator add dave --key "$tmp/one.pub" \
    --role admin
refuse 1 'operator alice has that key' key add two "$tmp/alice.pub"
refuse 1 'operator alice has that key' device add three --key "$tmp/alice.pub"

run 0 operator list
head -n 1 "$tmp/out" | grep -Eqx \
    'OPERATOR +ROLE +STATE +MAY REACH +FINGERPRINT +ADDED +UNTIL +COMMENT' ||
    fail 'headings of operators'
grep -Eq '^alice +operator +active +lab site-a:22,8000-8100 +SHA256:' "$tmp/out" ||
    fail 'the row of alice'
grep -Eq '^bob +admin +active +all +SHA256:' "$tmp/out" || fail 'the row of bob'
json '[(r["operator"], r["role"], r["comment"]) for r in rows] ==
    [("alice", "operator", "alice"), ("bob", "admin", "bob"),
    ("carol", "viewer", "carol")] and rows[0]["grants"] ==
    [{"tag": "lab", "ports": ["22", "80"]},
    {"tag": "site-a", "ports": ["22", "8000-8100"]}] and
    rows[1]["grants"] == []' operator list
refuse 1 'no such operator: dave' operator remove dave
does 'operator carol removed; no server is running' operator remove carol
refuse 1 'no such operator: carol' operator remove carol
json '[r["operator"] for r in rows] == ["alice", "bob"]' operator list

# What pins the server's host keys, as OpenSSH looks it up.
run 0 hostkey generate
run 0 operator remove bob
does "[et.example]:2200 $(ssh-keygen -y -f "$tmp/keys/ssh_host_ed25519_key" |
    cut -d ' ' -f 1,2)" \
    operator add bob --key "$tmp/bob.pub" --role admin --server et.example:2200
grep -Fqx '    User bob' "$tmp/out" || fail 'the lines for ssh_config'
run 0 operator remove bob
does 'et.example ssh-ed25519 ' \
    operator add bob --key "$tmp/bob.pub" --role admin --server et.example:22
rm -r "$tmp/keys"
