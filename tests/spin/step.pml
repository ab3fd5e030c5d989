/* The machine of nested step i (1 outermost ... N innermost) of an embedded
 * step, as N processes that talk over channels, and a procedure that may order
 * again what is undone, and the rollback of what is completed. Whether actions
 * go well, and how many retries are permitted, is left open: spin tries all.
 *
 * Its rows are those of runtime/step_fsm.def; run.sh compares the two. What is
 * around them, how steps talk and what must never happen, shares nothing with
 * the runtime. */
#ifndef N
#define N 3
#endif
#ifndef RETRIES
#define RETRIES 1
#endif

mtype = {
	/* states; some are signals of the same name, too */
	INITIAL, EXECUTING, WAITING, COMPLETED, UNDOING, PARTIAL_UNDOING,
	PARTIAL_UNDONE, UNDONE, FAILED, ROLLING_BACK, ROLLBACK_WAITING,
	ROLLED_BACK, UNDOING_ROLLBACK, ROLLBACK_PARTIAL_UNDONE,
	ROLLBACK_UNDONE, ROLLBACK_FAILED,
	/* signals to inner steps, and what the actions lead to */
	EXECUTE, UNDO, ROLLBACK,
	PHASE_COMPLETE, DONE, FAILURE,
	UNDO_PHASE_COMPLETE, UNDO_COMPLETE, UNDO_FAILURE
}

#define TEAR_DOWN 0
#define BUILD_UP 1

mtype state[N + 2] = INITIAL;
bit phase[N + 2];
byte retries[N + 2], permitted[N + 2];

chan to[N + 2] = [1] of { mtype }; /* to[0]: to the procedure */
byte flying; /* signals sent and not yet heard */
mtype told; /* what the procedure heard last */
bool over; /* the procedure orders nothing more */
bool lost; /* an action could not be undone */

/* The phases in their order, and how many of them stand done: 1 ... N the
 * tear-downs inwards, N + 1 ... 2N the build-ups outwards. */
byte at;
bool begun; /* the next one failed half-way */
#define PLACE(i) (phase[i] == TEAR_DOWN -> (i) : 2 * N + 1 - (i))

#define IF_ANY true
#define IF_INNERMOST (i == N)
#define IF_EMBEDS (i < N)
#define IF_RETRY (retries[i] < permitted[i])
#define IF_NO_RETRY (retries[i] >= permitted[i])

/* What an action does to the phase; SAME: to the retries that are counted. */
#define KEEP phase[i]
#define PHASE_BEGIN TEAR_DOWN
#define PHASE_ADVANCE BUILD_UP
#define PHASE_RETRY KEEP
#define PHASE_UNDO KEEP
#define PHASE_UNDO_TEAR_DOWN TEAR_DOWN
#define PHASE_WAIT KEEP
#define PHASE_FINISH KEEP
#define PHASE_RELEASE KEEP
#define PHASE_ALARM KEEP

#define SAME retries[i]
#define COUNT_BEGIN 0
#define COUNT_ADVANCE SAME
#define COUNT_RETRY SAME + 1
#define COUNT_UNDO SAME
#define COUNT_UNDO_TEAR_DOWN SAME
#define COUNT_WAIT SAME
#define COUNT_FINISH SAME
#define COUNT_RELEASE SAME
#define COUNT_ALARM SAME

#define SEND(k, signal) assert(flying == 0); flying++; to[k] ! signal
#define SEND_OUTER(signal) SEND(i - 1, signal)
#define SEND_INNER(signal) SEND(i + 1, signal)
#define SEND_NOBODY(signal) skip

#define ROW(from, event, where, retry, action, next, target, signal) \
	:: state[i] == from && got == event && IF_##where && IF_##retry -> \
		retries[i] = COUNT_##action; phase[i] = PHASE_##action; \
		state[i] = next; SEND_##target(signal)

#define BUSY(s) ((s) == EXECUTING || (s) == UNDOING || \
	(s) == PARTIAL_UNDOING || (s) == ROLLING_BACK || \
	(s) == UNDOING_ROLLBACK)
#define WAITS(s) ((s) == WAITING || (s) == PARTIAL_UNDONE || \
	(s) == ROLLBACK_WAITING)
#define UNDOES(s) ((s) == UNDOING || (s) == PARTIAL_UNDOING || \
	(s) == UNDOING_ROLLBACK)

/* Not only never two neighbours: never two at all. */
inline at_most_one_works()
{
	n = 0;
	for (k : 1 .. N) {
		if
		:: BUSY(state[k]) -> n++
		:: else
		fi
	}
	assert(n <= 1)
}

/* An event that no row is for is an error. */
inline take()
{
	if
	/* Initial: the outer step, or the procedure, lets it begin */
	ROW(INITIAL, EXECUTE, ANY, ANY,
	    BEGIN, EXECUTING, NOBODY, NONE)

	/* Executing: the innermost goes on to build up, an outer one lets the next
	 * inner one begin and waits */
	ROW(EXECUTING, PHASE_COMPLETE, INNERMOST, ANY,
	    ADVANCE, EXECUTING, NOBODY, NONE)
	ROW(EXECUTING, PHASE_COMPLETE, EMBEDS, ANY,
	    WAIT, WAITING, INNER, EXECUTE)
	ROW(EXECUTING, DONE, ANY, ANY,
	    FINISH, COMPLETED, OUTER, COMPLETED)
	ROW(EXECUTING, FAILURE, ANY, ANY,
	    UNDO, UNDOING, NOBODY, NONE)

	/* Undoing: what failed is undone and tried again; when that is not
	 * permitted any more, the embedded step is undone from here: a build-up
	 * lets the inner step undo itself, a tear-down the outer one */
	ROW(UNDOING, UNDO_PHASE_COMPLETE, INNERMOST, ANY,
	    UNDO_TEAR_DOWN, UNDOING, NOBODY, NONE)
	ROW(UNDOING, UNDO_PHASE_COMPLETE, EMBEDS, RETRY,
	    RETRY, EXECUTING, NOBODY, NONE)
	ROW(UNDOING, UNDO_PHASE_COMPLETE, EMBEDS, NO_RETRY,
	    WAIT, PARTIAL_UNDONE, INNER, UNDO)
	ROW(UNDOING, UNDO_COMPLETE, ANY, RETRY,
	    RETRY, EXECUTING, NOBODY, NONE)
	ROW(UNDOING, UNDO_COMPLETE, ANY, NO_RETRY,
	    RELEASE, UNDONE, OUTER, UNDONE)
	ROW(UNDOING, UNDO_FAILURE, ANY, ANY,
	    ALARM, FAILED, OUTER, FAILED)

	/* Undone: an operator tries again */
	ROW(UNDONE, EXECUTE, ANY, ANY,
	    BEGIN, EXECUTING, NOBODY, NONE)

	/* Waiting: the inner step decides */
	ROW(WAITING, COMPLETED, ANY, ANY,
	    ADVANCE, EXECUTING, NOBODY, NONE)
	ROW(WAITING, UNDONE, ANY, ANY,
	    UNDO_TEAR_DOWN, PARTIAL_UNDOING, NOBODY, NONE)
	ROW(WAITING, FAILED, ANY, ANY,
	    ALARM, FAILED, OUTER, FAILED)

	/* Partial Undoing: as Undoing, but nothing is tried again */
	ROW(PARTIAL_UNDOING, UNDO_PHASE_COMPLETE, INNERMOST, ANY,
	    UNDO_TEAR_DOWN, PARTIAL_UNDOING, NOBODY, NONE)
	ROW(PARTIAL_UNDOING, UNDO_PHASE_COMPLETE, EMBEDS, ANY,
	    WAIT, PARTIAL_UNDONE, INNER, UNDO)
	ROW(PARTIAL_UNDOING, UNDO_COMPLETE, ANY, ANY,
	    RELEASE, UNDONE, OUTER, UNDONE)
	ROW(PARTIAL_UNDOING, UNDO_FAILURE, ANY, ANY,
	    ALARM, FAILED, OUTER, FAILED)

	/* Partial Undone: the inner step is undone first */
	ROW(PARTIAL_UNDONE, UNDONE, ANY, ANY,
	    UNDO_TEAR_DOWN, PARTIAL_UNDOING, NOBODY, NONE)
	ROW(PARTIAL_UNDONE, FAILED, ANY, ANY,
	    ALARM, FAILED, OUTER, FAILED)

	/* Completed: taken back by the outer step, or by the operator */
	ROW(COMPLETED, UNDO, ANY, ANY,
	    UNDO, PARTIAL_UNDOING, NOBODY, NONE)
	ROW(COMPLETED, ROLLBACK, ANY, ANY,
	    BEGIN, ROLLING_BACK, NOBODY, NONE)

	/* Rolling Back: as Executing */
	ROW(ROLLING_BACK, PHASE_COMPLETE, INNERMOST, ANY,
	    ADVANCE, ROLLING_BACK, NOBODY, NONE)
	ROW(ROLLING_BACK, PHASE_COMPLETE, EMBEDS, ANY,
	    WAIT, ROLLBACK_WAITING, INNER, ROLLBACK)
	ROW(ROLLING_BACK, DONE, ANY, ANY,
	    FINISH, ROLLED_BACK, OUTER, ROLLED_BACK)
	ROW(ROLLING_BACK, FAILURE, ANY, ANY,
	    UNDO, UNDOING_ROLLBACK, NOBODY, NONE)

	/* Rollback Waiting: the inner step decides; nobody undoes a rollback that
	 * an inner one could not do, as it would bring new software back */
	ROW(ROLLBACK_WAITING, ROLLED_BACK, ANY, ANY,
	    ADVANCE, ROLLING_BACK, NOBODY, NONE)
	ROW(ROLLBACK_WAITING, ROLLBACK_UNDONE, ANY, ANY,
	    ALARM, ROLLBACK_PARTIAL_UNDONE, OUTER, ROLLBACK_UNDONE)
	ROW(ROLLBACK_WAITING, ROLLBACK_FAILED, ANY, ANY,
	    ALARM, ROLLBACK_FAILED, OUTER, ROLLBACK_FAILED)

	/* Undoing Rollback: as Undoing, but who may not retry tells it at once */
	ROW(UNDOING_ROLLBACK, UNDO_PHASE_COMPLETE, INNERMOST, ANY,
	    UNDO_TEAR_DOWN, UNDOING_ROLLBACK, NOBODY, NONE)
	ROW(UNDOING_ROLLBACK, UNDO_PHASE_COMPLETE, EMBEDS, RETRY,
	    RETRY, ROLLING_BACK, NOBODY, NONE)
	ROW(UNDOING_ROLLBACK, UNDO_PHASE_COMPLETE, EMBEDS, NO_RETRY,
	    ALARM, ROLLBACK_PARTIAL_UNDONE, OUTER, ROLLBACK_UNDONE)
	ROW(UNDOING_ROLLBACK, UNDO_COMPLETE, ANY, RETRY,
	    RETRY, ROLLING_BACK, NOBODY, NONE)
	ROW(UNDOING_ROLLBACK, UNDO_COMPLETE, ANY, NO_RETRY,
	    ALARM, ROLLBACK_UNDONE, OUTER, ROLLBACK_UNDONE)
	ROW(UNDOING_ROLLBACK, UNDO_FAILURE, ANY, ANY,
	    ALARM, ROLLBACK_FAILED, OUTER, ROLLBACK_FAILED)

	:: else -> assert(false)
	fi;
	at_most_one_works()
}

/* Actions of a phase are only carried out at the end of what stands done. */
inline carry_out()
{
	assert(!begun && PLACE(i) == at + 1);
	if
	:: at++; got = (phase[i] == TEAR_DOWN -> PHASE_COMPLETE : DONE)
	:: begun = true; got = FAILURE
	fi
}

/* So are they undone: the last phase that stands, or what failed half-way. */
inline reverse()
{
	assert(PLACE(i) == at + begun);
	if
	:: at = (begun -> at : at - 1); begun = false;
	   got = (phase[i] == TEAR_DOWN -> UNDO_COMPLETE : UNDO_PHASE_COMPLETE)
	:: lost = true; got = UNDO_FAILURE
	fi
}

proctype Step(byte i)
{
	mtype got;
	byte k, n;

end:	do
	:: atomic {
		if
		:: to[i] ? got -> flying--
		:: BUSY(state[i]) && !UNDOES(state[i]) -> carry_out()
		:: UNDOES(state[i]) -> reverse()
		fi;
		take() }
	od
}

inline order(signal)
{
	told = 0;
	begun = false;
	SEND(1, signal)
}

/* Each nested step is in one of two states. */
inline all_are(one, other)
{
	for (k : 1 .. N) {
		assert(state[k] == one || state[k] == other)
	}
}

/* Is it true what the procedure is told? */
inline judge()
{
	for (k : 1 .. N) {
		assert(!BUSY(state[k]) && !WAITS(state[k]))
	}
	if
	:: told == COMPLETED ->
		all_are(COMPLETED, COMPLETED); assert(at == 2 * N)
	:: told == ROLLED_BACK ->
		all_are(ROLLED_BACK, ROLLED_BACK); assert(at == 2 * N)
	:: told == UNDONE -> /* all that was begun */
		all_are(UNDONE, INITIAL); assert(state[1] == UNDONE && at == 0)
	:: told == FAILED ->
		assert(state[1] == FAILED)
	:: told == ROLLBACK_UNDONE ->
		assert(state[1] == ROLLBACK_UNDONE ||
		    state[1] == ROLLBACK_PARTIAL_UNDONE)
	:: told == ROLLBACK_FAILED ->
		assert(state[1] == ROLLBACK_FAILED)
	fi;
	assert(lost == (told == FAILED || told == ROLLBACK_FAILED))
}

proctype Procedure()
{
	byte k, tries;

	atomic { order(EXECUTE) };
	do
	:: atomic { to[0] ? told -> flying--; judge();
		if
		:: told == UNDONE && tries == 0 -> tries++; order(EXECUTE)
		:: told == COMPLETED -> at = 0; order(ROLLBACK)
		:: over = true; break
		fi }
	od
}

init {
	byte k, n;

	atomic {
		for (k : 1 .. N) {
			select(n : 0 .. RETRIES);
			permitted[k] = n;
			run Step(k)
		}
		run Procedure()
	}
}

/* Every run ends, in a state that judge() found right. */
ltl ends { <> over }

/* A double failure always reaches the outermost step and the procedure. */
ltl escalates { [] (lost -> <> (over && (told == FAILED &&
	state[1] == FAILED || told == ROLLBACK_FAILED &&
	state[1] == ROLLBACK_FAILED))) }
