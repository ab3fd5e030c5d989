#!/bin/sh
# list-codes.sh [LETTER...]: has every finding its own bad input?
#
# For each code of diag.def (with LETTER only those phases) there must be a
# case golden/bad-CODE whose expect.diag shows that code and no other error or
# warning but those that its file `also` names. Further cases bad-CODE-word are
# held to the same. What no file a user writes leads to (a journal damaged on
# disk, a mistake of the program itself) has a unit test that names the finding
# instead. Codes with neither are listed; a case without a code is an error.
set -u
cd "$(dirname "$0")/.." || exit 3
. tests/lib.sh
LC_ALL=C
export LC_ALL

codes=$(sed -n 's/^DIAG(\([A-Z][0-9]*\),.*/\1/p' grammar/diag.def)
letters=${*:-[A-Z]}

in_letters() {
	for letter in $letters; do
		case $1 in $letter*) return 0 ;; esac
	done
	return 1
}

# The codes that a case prints as errors and warnings, and for a note its own.
shown() { # code file
	sed -nE -e 's/.*(error|warning)\[([A-Z][0-9]+)\]:.*/\2/p' \
	    -e "s/.*note\[($1)\]:.*/\1/p" "$2" | sort -u | tr '\n' ' '
}

for code in $codes; do
	in_letters "$code" && wanted "bad-$code" || continue
	found=
	for dir in "tests/golden/bad-$code" "tests/golden/bad-$code"-*; do
		[ -d "$dir" ] || continue
		found=1
		case=${dir##*/}
		# A machine format or a diff prints to standard output.
		set --
		for file in "$dir/expect.diag" "$dir/expect.out"; do
			[ ! -e "$file" ] || set -- "$@" "$file"
		done
		[ $# -gt 0 ] || {
			bad "$case" "has no expect.diag"
			continue
		}
		got=$(cat "$@" | shown "$code" -)
		may=$(echo "$code" | cat - $(ls "$dir/also" 2>/dev/null) |
		    sort -u | tr '\n' ' ')
		if [ "$got" = "$may" ]; then
			ok
		else
			bad "$case" "shows ${got:-no code}"
		fi
	done
	[ -z "$found" ] || continue
	id=$(sed -n "s/^DIAG($code, \([A-Z0-9_]*\),.*/\1/p" grammar/diag.def)
	if grep -qw "DIAG_$id" tests/unit/*.c; then
		ok
	else
		bad "$code" "has no case tests/golden/bad-$code"
	fi
done
for dir in tests/golden/bad-*/; do
	[ -d "$dir" ] || continue
	code=${dir#tests/golden/bad-}
	code=${code%/}
	code=${code%%-*}
	echo "$codes" | grep -qx "$code" ||
	    bad "${dir%/}" "there is no code $code"
done
total
