#!/bin/sh
# run-examples.sh [--update]: compiles the pair of models of each story in
# examples/ and compares campaign and findings with those that lie there
# (--update rewrites them). The file facts holds what the story promises, an
# XPath condition over the campaign on each line.
set -u
cd "$(dirname "$0")/.." || exit 3
. tests/lib.sh
BUILD=${BUILD:-build}
tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT
mode=${1-}
bin=$(cd "$BUILD" 2>/dev/null && pwd)

# Compares a file with the one that lies in the story; absent is empty.
same() { # folder file
	want=$1/$2
	if [ "$mode" = --update ]; then
		[ -s "$tmp/$2" ] && cp "$tmp/$2" "$want" || rm -f "$want"
	fi
	[ -e "$want" ] || want=/dev/null
	if diff -u "$want" "$tmp/$2" | head -n 60 | grep .; then
		bad "$1" "another $2"
	else
		ok
	fi
}

# Is the file what grammar/schema describes?
valid() { # schema file
	if xmllint --noout --schema "grammar/schema/$1.xsd" "$2" \
	    2>"$tmp/schema"; then
		ok
	else
		cat "$tmp/schema"
		bad "$2" "not what $1.xsd describes"
	fi
}

facts() { # name file
	n=0
	while IFS= read -r fact; do
		case $fact in '' | '#'*) continue ;; esac
		n=$((n + 1))
		got=$(xmllint --xpath "boolean($fact)" "$2" 2>&1)
		if [ "$got" = true ]; then
			ok
		else
			bad "$1" "not so: $fact"
		fi
	done <"examples/$1/facts"
}

for dir in examples/[0-9]*/; do
	dir=${dir%/} name=${dir#examples/}
	wanted "examples/$name" || continue
	source=$(ls "$dir"/source.*) target=$(ls "$dir"/target.*)
	for model in "$source" "$target"; do
		case $model in *.xml) ;; *) continue ;; esac
		valid model "$model"
	done
	if [ ! -x "$BUILD/campgen" ]; then
		skip "examples/$name" "no $BUILD/campgen yet"
		continue
	fi
	with=
	[ ! -e "$dir/policy.yaml" ] || with='-p policy.yaml'
	if ! (cd "$dir" && "$bin/campgen" "${source##*/}" "${target##*/}" $with \
	    -o "$tmp/campaign.xml" 2>"$tmp/findings"); then
		cat "$tmp/findings"
		bad "examples/$name" "campgen failed"
		continue
	fi
	same "$dir" campaign.xml
	same "$dir" findings
	valid campaign "$tmp/campaign.xml"
	[ ! -e "$dir/facts" ] || facts "$name" "$tmp/campaign.xml"
done
total
