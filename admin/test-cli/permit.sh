# shellcheck shell=sh disable=SC2034,SC2154
# permit

does 'permit two 9000-9100 added' permit add two 9000-9100
does 'permit tag:lab 9200 added' permit add tag:lab 9200
for bad in 0 65536 9100-9000 x 1- -1 ''; do
	refuse 2 'not a port' permit add two -- "$bad"
done
refuse 1 'is not allowed' permit add tag: 1
refuse 1 'no such device' permit add nobody 1
run 0 permit list
head -n 1 "$tmp/out" | grep -Eqx \
    'NUMBER +DEVICE +TAG +FIRST PORT +LAST PORT +VIRTUAL +ADDED' ||
    fail 'headings of permits'
json '[(r["device"], r["tag"], r["first"], r["last"]) for r in rows] ==
    [("two", None, 9000, 9100), (None, "lab", 9200, 9200)]' permit list
number=$(sed -n 's/.*"permit":\([0-9]*\).*"lab".*/\1/p' "$tmp/out")
does 'permit two 9000-9100 removed' permit remove two 9000-9100
refuse 1 'no such permit' permit remove two 9000-9100
does 'permit tag:lab 9200 removed' permit remove "$number"
refuse 1 'no such permit' permit remove "$number"
refuse 2 "missing permit: give its number" permit remove x
json 'rows == []' permit list
