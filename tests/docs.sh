#!/bin/sh
# The documents against the program: manuals without warnings, the list of
# findings in campgen(1) and campgen-findings(7) is the table, each finding has a
# case that shows it,
# and the commands of README.md and of the manual's EXAMPLES do what they say.
#
# docs.sh [--lint|--update] [BUILD]: --lint looks at the manuals only,
# --update rewrites the manuals' lists of findings.
set -u
cd "$(dirname "$0")/.." || exit 3
. tests/lib.sh
mode=
case ${1-} in --lint | --update) mode=$1; shift ;; esac
BUILD=${1:-${BUILD:-build}}
manual=compiler/campgen.1
all=compiler/campgen-findings.7
tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT

lint() {
	for page in compiler/*.[1-8] runtime/*.[1-8] grammar/schema/*.[1-8]; do
		[ -e "$page" ] || continue
		if ! command -v mandoc >/dev/null; then
			skip "$page" "no mandoc: try 'make deps'"
		elif mandoc -T lint -W warning "$page"; then
			ok
		else
			bad "$page"
		fi
	done
}

# The manual $1 with its list of findings made anew.
findings() {
	awk -v list="$tmp/list" '
		/^\.\\" end of the table/ { inside = 0 }
		!inside
		/^\.\\" the table of diag.def/ {
			inside = 1
			while ((getline line < list) > 0) print line
		}' "$1"
}

compare_findings() {
	for page in $manual $all; do
		"$BUILD/tests/diag-man" $([ $page = $all ] && echo page) \
		    >"$tmp/list"
		findings $page >"$tmp/manual"
		if [ "$mode" = --update ]; then
			cmp -s "$tmp/manual" $page || cp "$tmp/manual" $page
		elif diff -u $page "$tmp/manual" | head -n 40 | grep .; then
			bad "$page" \
			    "not the table: run sh tests/docs.sh --update"
		else
			ok
		fi
	done
}

# The codes in a case's expect.diag, without notes and the codes in the case's
# file also, which come along rightly.
codes_of() {
	also=$(cat "${2%/*}/also" 2>/dev/null)
	grep -ohE '(error|warning|note)\[[A-Z][0-9]+\]' "$2" |
	    grep -E "^(error|warning)|\[$1\]" | sed 's/.*\[//; s/\]//' |
	    grep -vxF "${also:-none}" | sort -u
}

# Each finding has a case bad-CODE (or bad-CODE-...) that gives exactly it, or,
# where no input of campgen can lead to it, a unit test that names it.
cases() {
	"$BUILD/tests/diag-man" codes >"$tmp/codes"
	while read -r code id; do
		found=
		for diag in tests/golden/bad-"$code"/expect.diag \
		    tests/golden/bad-"$code"-*/expect.diag; do
			[ -e "$diag" ] || continue
			found=$(codes_of "$code" "$diag")
			[ "$found" = "$code" ] || break
		done
		if [ "$found" = "$code" ]; then
			ok
		elif [ -z "$found" ] &&
		    grep -qw "DIAG_$id" tests/unit/*.c; then
			ok
		else
			bad "bad-$code" "$(echo ${found:-has no case in \
			    tests/golden})"
		fi
	done <"$tmp/codes"
}

# The model that imm-model(5) shows in both notations is one.
shown_model() {
	page=grammar/schema/imm-model.5
	awk '/^<imm:IMM/ { on = 1 } on && /^\.Ed/ { exit } on' $page \
	    >"$tmp/shown.xml"
	awk '/^classes:/ { on = 1 } on && /^\.Ed/ { exit } on' $page \
	    >"$tmp/shown.yaml"
	for format in xml yaml; do
		"$BUILD/campgen" convert "$tmp/shown.$format" \
		    -o "$tmp/$format.xml" --severity=error || :
	done
	if [ -s "$tmp/xml.xml" ] && cmp "$tmp/xml.xml" "$tmp/yaml.xml"; then
		ok
	else
		bad $page "its two examples are not the same model"
	fi
}

# The policy that policy(5) shows is one.
shown_policy() {
	page=grammar/schema/policy.5
	awk '/^\.Sh EXAMPLES/ { on = 1 } on && /^\.Ed/ { exit }
	    in_it { print } on && /^\.Bd/ { in_it = 1 }' $page \
	    >"$tmp/policy.yaml"
	if [ -s "$tmp/policy.yaml" ] && "$BUILD/campgen" \
	    examples/03-media-cluster/source.xml \
	    examples/03-media-cluster/target.xml -p "$tmp/policy.yaml" \
	    --severity=error >/dev/null; then
		ok
	else
		bad $page "its example is no policy"
	fi
}

# Runs the file $2 of commands and expected output: lines "$ command", below
# each what it prints; a line "..." stands for any lines. The commands run one
# after the other in a folder with the models of the worked example.
session() {
	mkdir "$tmp/run" && cp examples/03-media-cluster/*.xml \
	    examples/06-advise/*.yaml examples/06-advise/*.csv \
	    examples/06-advise/*.json "$tmp/run"
	cp -R examples "$tmp/run"
	rm -f "$tmp/run/campaign.xml"
	bin=$(cd "$BUILD" && pwd)
	n=0
	while IFS= read -r line; do
		case $line in
		'$ '*)
			n=$((n + 1))
			printf '%s\n' "${line#??}" >"$tmp/cmd.$n"
			: >"$tmp/want.$n"
			;;
		*) [ $n = 0 ] || printf '%s\n' "$line" >>"$tmp/want.$n" ;;
		esac
	done <"$2"
	[ $n -gt 0 ] || bad "$1" "no command found"
	i=0
	while [ $i -lt $n ]; do
		i=$((i + 1))
		(cd "$tmp/run" && PATH=$bin:$PATH && export PATH &&
		    timeout 60 sh "$tmp/cmd.$i") >"$tmp/got" 2>&1 </dev/null
		status=$?
		# diff(1) and its like: 1 is an answer.
		case $(cat "$tmp/cmd.$i") in
		*'campgen diff'*) [ $status != 1 ] || status=0 ;;
		esac
		if [ $status != 0 ]; then
			cat "$tmp/cmd.$i" "$tmp/got"
			bad "$1" "exit status $status"
		elif [ "$3" = output ] && ! awk -f tests/matches.awk \
		    "$tmp/want.$i" "$tmp/got"; then
			cat "$tmp/cmd.$i"
			diff -u "$tmp/want.$i" "$tmp/got"
			bad "$1" "prints something else"
		else
			ok
		fi
	done
	rm -rf "$tmp/run"
}

[ "$mode" = --lint ] || compare_findings
lint
if [ -z "$mode" ]; then
	if [ -x "$BUILD/campgen" ]; then
		cases
		shown_model
		awk '/^```console/ { on = 1; next } /^```/ { on = 0 } on' \
		    README.md >"$tmp/readme"
		session README.md "$tmp/readme" output
		awk '/^```console/ { on = 1; next } /^```/ { on = 0 } on' \
		    examples/06-advise/README.md >"$tmp/readme"
		session examples/06-advise/README.md "$tmp/readme" output
		for page in $manual runtime/camprun.8 runtime/camprun-guard.8 \
		    runtime/camprun-capabilities.8; do
			awk '/^\.Sh / { on = ($2 == "EXAMPLES") }
			    on && sub(/^\.Dl /, "") { gsub(/\\&/, "")
				gsub(/\\\(aq/, "\047"); print }' \
			    $page >"$tmp/examples"
			session $page "$tmp/examples" status
		done
		shown_policy
	else
		skip docs "no $BUILD/campgen yet"
	fi
fi
total
