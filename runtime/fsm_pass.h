/* One pass over the table FSM_DEF: what the includer did not define is empty.
 * Included many times, so it has no guard. */
#ifndef FSM_STATE
#define FSM_STATE(id, number, kind, meaning)
#endif
#ifndef FSM_FACT
#define FSM_FACT(yes, yes_text, no, no_text)
#endif
#ifndef FSM_HEARS
#define FSM_HEARS(event, from, given)
#endif
#ifndef FSM_ACTION
#define FSM_ACTION(id, phase, meaning)
#endif
#ifndef FSM_ROW
#define FSM_ROW(from, event, if1, if2, action, to, target, signal)
#endif
#include FSM_DEF
#undef FSM_STATE
#undef FSM_FACT
#undef FSM_HEARS
#undef FSM_ACTION
#undef FSM_ROW
