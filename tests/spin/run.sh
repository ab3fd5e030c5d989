#!/bin/sh
# The step machine with 1 to 4 nested steps, explored exhaustively by spin: see
# step.pml for what is claimed. Before that: the model's rows are the runtime's
# table, so that what is claimed is claimed of it. After it: models with a
# mistake are refused, so that a claim that cannot fail is noticed.
set -u
cd "$(dirname "$0")/../.." || exit 3
. tests/lib.sh
model=tests/spin/step.pml table=runtime/step_fsm.def
tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM

# All calls of macro $1 in file $2, one a line, without blanks, sorted.
calls() {
	tr -d ' \t\n' <"$2" | tr ')' '\n' |
	    sed -nE "s/(^|.*[^A-Z_])$1\(([^(\"]*)\$/\2/p" | sort
}

# The pairs action, phase.
phases_of_table() {
	tr -d ' \t\n' <$table | grep -oE 'FSM_ACTION\([A-Z_]+,[A-Z_]+' |
	    sed 's/.*(//; s/,/ /' | sort
}
phases_of_model() {
	sed -n 's/^#define PHASE_\([A-Z_]*\) /\1 /p' $model | sort
}

same() { # name, two files
	wanted "$1" || return 0
	if [ -s "$2" ] && diff -u "$2" "$3"; then
		ok
	else
		bad "$1" "$table and $model differ"
	fi
}

# The verifier of model $1 with $2 nested steps.
build() {
	(
		mkdir -p "$tmp/pan" && cd "$tmp/pan" && rm -f pan* &&
		    spin -DN="$2" -a "$1" && ${CC:-cc} -O1 -w -o pan pan.c
	) >"$tmp/built" 2>&1 || {
		cat "$tmp/built"
		return 1
	}
}

# Does claim $1 hold? All has been searched, and there is no error.
holds() {
	(cd "$tmp/pan" && timeout 60 ./pan -a -m100000 -N "$1") \
	    >"$tmp/searched" 2>&1
	grep -q 'errors: 0$' "$tmp/searched" &&
	    ! grep -qiE 'not completed|too small' "$tmp/searched"
}

prove() { # number of nested steps
	wanted "spin-$1" || return 0
	build "$PWD/$model" "$1" || {
		bad "spin-$1" "no verifier"
		return
	}
	for claim in ends escalates; do
		if holds $claim; then
			ok
		else
			grep -E '^pan|errors:' "$tmp/searched"
			bad "spin-$1" "$claim"
		fi
	done
	[ "$1" = 3 ] || return 0
	# A row that no run takes is one that nothing was shown of.
	if grep 'step.pml.*"state\[i\] = ' "$tmp/searched"; then
		bad spin-rows "some are never taken"
	else
		ok
	fi
}

# A model with a mistake: row "$2", whose second line is changed by $3.
refute() { # name row sed-command
	wanted "spin-$1" || return 0
	sed "/ROW($2/{n;$3}" $model >"$tmp/wrong.pml"
	if cmp -s $model "$tmp/wrong.pml"; then
		bad "spin-$1" "no such row"
	elif ! build "$tmp/wrong.pml" 3; then
		bad "spin-$1" "no verifier"
	elif holds ends && holds escalates; then
		bad "spin-$1" "the mistake is not found"
	else
		ok
	fi
}

calls FSM_ROW $table >"$tmp/rows.table"
calls ROW $model | grep -v '^from,' >"$tmp/rows.model"
same spin-same-rows "$tmp/rows.table" "$tmp/rows.model"
phases_of_table >"$tmp/phases.table"
phases_of_model >"$tmp/phases.model"
same spin-same-phases "$tmp/phases.table" "$tmp/phases.model"

if command -v spin >/dev/null; then
	for n in 1 2 3 4; do
		prove $n
	done
	refute not-escalated 'WAITING, FAILED' 's/OUTER, FAILED/NOBODY, NONE/'
	refute two-at-work 'EXECUTING, PHASE_COMPLETE, EMBEDS' \
	    's/WAITING/EXECUTING/'
	refute half-undone 'WAITING, UNDONE' \
	    's/PARTIAL_UNDOING, NOBODY, NONE/UNDONE, OUTER, UNDONE/'
	refute inner-forgotten 'PARTIAL_UNDOING, UNDO_PHASE_COMPLETE, EMBEDS' \
	    's/PARTIAL_UNDONE, INNER, UNDO/UNDONE, OUTER, UNDONE/'
	refute no-end 'UNDOING, UNDO_COMPLETE, ANY, NO_RETRY' \
	    's/RELEASE, UNDONE, OUTER, UNDONE/BEGIN, EXECUTING, NOBODY, NONE/'
else
	skip spin "spin is not installed: try 'make deps'"
fi
total
