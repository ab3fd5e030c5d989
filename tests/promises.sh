#!/bin/sh
# Is every promise kept somewhere, and would something notice if it were not?
# promises.txt says where; this says whether that is there, and whether what
# the sources' headers name is in the list.
set -u
cd "$(dirname "$0")/.." || exit 3
. tests/lib.sh
list=tests/promises.txt
id='[TUDRMX][1-9][0-9]\{0,1\}'

# missing COLUMN FILES: what is wrong with the files that are named, if any.
missing() {
	[ -n "${2# }" ] || echo "$1 nothing"
	for file in $2; do
		[ -e "$file" ] || echo "$1 $file, which is not there"
	done
}

while IFS='|' read -r name promise kept noticed; do
	case $name in '' | '#'*) continue ;; esac
	name=${name% }
	wanted "$name" || continue
	wrong=$([ -n "${promise# }" ] || echo 'says nothing'
		missing 'kept in' "$kept"
		missing 'noticed by' "$noticed")
	[ -z "$wrong" ] && ok || bad "$name" "$wrong"
done <$list

twice=$(sed -n "s/^\($id\) .*/\1/p" $list | sort | uniq -d)
[ -z "$twice" ] && ok || bad twice "$twice"

# A header that says "(T4)" or "T6-T8:" speaks of the list.
for name in $(grep -oh "\\b$id\\b" compiler/*.h grammar/*.h runtime/*.h \
    runtime/*/*.h runtime/*/*/*.h | sort -u); do
	grep -q "^$name |" $list && ok || bad "$name" 'is in no list'
done
total
