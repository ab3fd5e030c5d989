#!/bin/sh
# The walls between the rooms: who may include what. The compiler's flags
# enforce most of it; this says it before anything is built, and in words.
set -u
cd "$(dirname "$0")/.." || exit 3
. tests/lib.sh

# rule NAME PATTERN FOLDER...: no source there has a line like that. The one
# file that may do anything is the compiler's main.
rule() {
	name=$1 pattern=$2
	shift 2
	wanted "$name" || return 0
	files=$(find "$@" '(' -name '*.[ch]' -o -name '*.def' ')' \
	    ! -path compiler/main.c 2>/dev/null)
	if [ -n "$files" ] && grep -nE "$pattern" $files; then
		bad "$name"
	else
		ok
	fi
}
include='^[[:space:]]*#[[:space:]]*include[[:space:]]*'

# The names of a room's headers, as an alternation.
headers() {
	list=$(find "$@" -maxdepth 1 '(' -name '*.h' -o -name '*.def' ')' \
	    2>/dev/null |
	    sed 's|.*/||; s/[.]/[.]/g' | sort | paste -s -d '|' -)
	echo "${list:-nothing[.]h}"
}

rule no-way-up "$include\"[^\"]*\\.\\./" grammar compiler runtime tests
rule grammar-knows-no-program \
    "$include\"($(headers compiler runtime runtime/monitor \
    runtime/alert runtime/guard))\"" grammar
rule compiler-knows-no-runtime "$include\"($(headers runtime runtime/monitor \
    runtime/alert runtime/guard))\"" compiler
rule runtime-knows-no-compiler "$include\"($(headers compiler))\"" runtime
rule grammar-libraries \
    "$include<(jansson|libxslt/|libexslt/|sha2|sha256|md5|libvirt)" grammar
rule runtime-libraries "$include<(libxslt/|libexslt/)" runtime
rule runtime-knows-no-plugin "$include\"($(headers runtime/plugin \
    runtime/plugin/*/))\"" $(ls runtime/*.[ch] runtime/*.def)
rule runtime-knows-no-companion "$include\"($(headers runtime/monitor \
    runtime/alert))\"" $(ls runtime/*.[ch] runtime/*.def) runtime/plugin
# A driver sees the runtime through a few headers, and no other driver.
allowed='impact|driver|plugin|prove|os|fault|crc32c|companion'
for driver in runtime/plugin/*/; do
	name=${driver%/}
	others=$(find runtime/plugin -mindepth 2 -name '*.h' \
	    ! -path "$driver*" | sed 's|.*/||; s/[.]/[.]/g' |
	    paste -s -d '|' -)
	rule "plugin-${name##*/}" "$include\"($(headers runtime |
	    tr '|' '\n' | grep -vxE "($allowed)\[[.]\][a-z]*" |
	    paste -s -d '|' -)|${others:-nothing[.]h})\"" "$driver"
done
shared=$(ls runtime/plugin/*.[ch] 2>/dev/null)
[ -z "$shared" ] || rule plugins-share "$include\"($(headers runtime |
    tr '|' '\n' | grep -vxE "($allowed)\[[.]\][a-z]*" |
    paste -s -d '|' -)|$(headers runtime/plugin/*/))\"" \
    $shared
rule only-main-exits '(^|[^_[:alnum:]])(_?exit|quick_exit)\(' compiler

# Nothing but the rooms and the usual small files stands at the top.
strays=$(git ls-files 2>/dev/null | sed 's|/.*||' | sort -u |
    grep -vxE 'compiler|runtime|grammar|examples|tests|Makefile|[A-Z]+\.md|'\
'LICENSE|\.ci|\.clang-format|\.editorconfig|\.gitignore')
if [ -n "$strays" ]; then
	bad top-level "$strays"
else
	ok
fi

twice=$(find grammar compiler runtime -name '*.h' 2>/dev/null |
    sed 's|.*/||' | sort | uniq -d)
if [ -n "$twice" ]; then
	bad one-header-a-name "$twice"
else
	ok
fi
total
