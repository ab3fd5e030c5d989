#!/bin/sh
# What a shell's user meets before the first run: help that fits a screen of
# 24 lines by 80 columns, and completion in bash and zsh that offers what the
# program then takes (T15, U3).
set -u
cd "$(dirname "$0")/.." || exit 3
. tests/lib.sh
BUILD=${BUILD:-build}
tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT
bin=$(cd "$BUILD" && pwd) || exit 3
PATH=$bin:$PATH
mkdir "$tmp/work" && : >"$tmp/work/a model.xml" && mkdir "$tmp/work/adir"

# The commands as the completion knows them, one a line.
commands() { # program
	awk -F "'" '/^\tcase \$command in/ { on = 1 } on && /^\t.*\047\)$/ {
		if ($2 != "") print $2 }' "$BUILD/completion/$1.bash"
}

fits() { # program command...
	if ! "$@" --help >"$tmp/help" 2>&1; then
		bad "$* --help" "exit status $?"
	elif ! awk 'length > 80 { exit 1 } END { exit NR < 3 || NR > 24 }' \
	    "$tmp/help"; then
		awk 'length > 80 || NR > 24' "$tmp/help"
		bad "$* --help" "more than 24 lines by 80 columns"
	else
		ok
	fi
}

# Every option that a command's help shows is one that completion offers, and
# the other way round.
agree() { # program command
	"$1" $2 --help | sed -n 's/^  \(--*[a-z-]*\).*/\1/p' |
	    sed 's/^-o$/--output/; s/^-p$/--policy/' | sort >"$tmp/helped"
	awk -v c="'$2')" '$1 == c { getline; sub(/.*options=/, ""); print }' \
	    "$BUILD/completion/$1.bash" | tr -d "'=;" | tr ' \t' '\n\n' |
	    grep . | sort >"$tmp/offered"
	if diff -u "$tmp/helped" "$tmp/offered"; then
		ok
	else
		bad "$1 $2" "help and completion differ"
	fi
}

# Every option that is offered has its place in a manual.
documented() { # program page...
	program=$1
	shift
	for option in $(grep -o -- '--[a-z][a-z-]*' \
	    "$BUILD/completion/$program.bash" | sort -u); do
		if grep -q "Fl -${option#--}\>" "$@"; then
			ok
		else
			bad "$*" "tell not of $option"
		fi
	done
}

# Every word that the help of a program names is one that completion offers.
named() { # program
	commands "$1" >"$tmp/known"
	for word in $("$1" --help | grep -o "$1 [a-z|-]*" | cut -d ' ' -f 2- |
	    tr '|' '\n' | sort -u); do
		if grep -qx -- "$word" "$tmp/known"; then
			ok
		else
			bad "$1 $word" "completion does not know it"
		fi
	done
}

# offers PROGRAM WANTED WORD...: in bash, with the last of the words under the
# cursor, exactly these are offered (blanks between; sorted).
offers_bash() {
	program=$1 want=$2
	shift 2
	got=$(cd "$tmp/work" && bash --norc -c '
		. "$1"
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		"_$1"
		printf "%s\n" "${COMPREPLY[@]}"' - \
	    "$bin/completion/$program.bash" "$program" "$@" | sort |
	    paste -s -d ' ' -)
	if [ "$got" = "$want" ]; then
		ok
	else
		bad "bash: $program $*" "offers \"$got\", not \"$want\""
	fi
}

# In zsh itself, on a terminal of its own: the line as Tab leaves it, between
# brackets that are written as numbers, lest the echo of that be taken for it.
offers_zsh() { # program line wanted
	got=$(cd "$tmp/work" && timeout 20 zsh -f -c '
		zmodload zsh/zpty
		zpty z zsh -f -i
		say() { zpty -w z "$1" }
		say "PS1=; fpath=($1 \$fpath); autoload -Uz compinit"
		say "compinit -u -D; bindkey \"^I\" complete-word"
		say "done-with() { print -r -- \"\${(#):-60}\$BUFFER\${(#):-62}\"; zle kill-buffer }"
		say "zle -N done-with; bindkey \"^X\" done-with; stty -echo"
		say "print rea""dy"
		zpty -r z line "*ready*"
		zpty -w -n z "$2"$'"'\\t\\x18'"'
		zpty -r z line "*<*>*"
		line=${line##*\<}
		print -r -- "${line%%\>*}"
		zpty -d z' - "$tmp/zsh" "$2" 2>"$tmp/zsh.err")
	if [ "$got" = "$3" ]; then
		ok
	else
		cat "$tmp/zsh.err"
		bad "zsh: $2 and Tab" "gives \"$got\", not \"$3\""
	fi
}

for program in campgen camprun; do
	fits $program
	for command in $(commands $program); do
		fits $program $command
		agree $program $command
	done
	documented $program */$program*.[18]
	[ $program != camprun ] || named $program
	[ "$(commands $program | wc -l)" -ge 5 ] ||
	    bad $program "completion knows too few commands"
done

if command -v bash >/dev/null; then
	offers_bash campgen "lint" li
	offers_bash campgen "listed" --catch = li
	offers_bash campgen "sequential waves" --schedule = ''
	offers_bash campgen "waves" --schedule w
	offers_bash campgen "--schedule= --select= --severity=" --s
	offers_bash campgen "--severity= --summary" plan --s
	offers_bash campgen "a model.xml adir" lint a
	offers_bash campgen "M001 M002 M003 M004 M005 M006 M007" explain M00
	offers_bash campgen "" source.xml --max-bytes = 1
	offers_bash camprun "prove" pr
	offers_bash camprun "adir" run --state a
	offers_bash camprun "single" prove c.xml --faults = s
	offers_bash camprun "guard" gu
	offers_bash camprun "capabilities check commit" c
	offers_bash camprun "--augment" capabilities --a
	offers_bash camprun "deregister list register" guard ''
	offers_bash camprun "json" status --format = j
	offers_bash camprun "--watch" status --w
	offers_bash camprun "adir" alert --guard a
	offers_bash camprun "--seed= --source= --state=" run --s
else
	skip shell "no bash"
fi

mkdir "$tmp/zsh"
for program in campgen camprun; do
	cp "$BUILD/completion/$program.zsh" "$tmp/zsh/_$program"
done
if ! command -v zsh >/dev/null; then
	skip shell "no zsh: its completion is not tried"
elif ! zsh -f -c 'zmodload zsh/zpty && zpty z true' 2>/dev/null; then
	skip shell "no terminal to be had: zsh's completion is not tried"
else
	offers_zsh campgen 'campgen li' 'campgen lint '
	offers_zsh campgen 'campgen --cat' 'campgen --catch='
	offers_zsh campgen 'campgen --catch=b' 'campgen --catch=balanced '
	offers_zsh campgen 'campgen explain M06' 'campgen explain M06'
	offers_zsh campgen 'campgen lint a\ m' 'campgen lint a\ model.xml '
	offers_zsh camprun 'camprun run --state ad' 'camprun run --state adir/'
	offers_zsh camprun 'camprun pr' 'camprun prove '
	offers_zsh camprun 'camprun cap' 'camprun capabilities '
	offers_zsh camprun 'camprun guard --rep' 'camprun guard --repeat='
fi
total
