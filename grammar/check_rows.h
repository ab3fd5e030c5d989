/* The checks as rows of a table, to be included inside it; who leaves the
 * doubts out says so before. */
#define CHECK_OBJECT(name, classes, needs, codes) \
	[CHECK_##name] = { check_##name, NULL, NULL, classes, needs },
#define CHECK_ATTR(name, needs, codes) \
	[CHECK_##name] = { NULL, check_##name, NULL, CHECK_ANY, needs },
#define CHECK_MODEL(name, codes) \
	[CHECK_##name] = { NULL, NULL, check_##name, 0, 0 },
#ifndef DOUBT_OBJECT
#define DOUBT_OBJECT CHECK_OBJECT
#define DOUBT_MODEL CHECK_MODEL
#endif
#define ANY CHECK_ANY
#include "checks.def"
#undef ANY
#undef CHECK_OBJECT
#undef CHECK_ATTR
#undef CHECK_MODEL
#undef DOUBT_OBJECT
#undef DOUBT_MODEL
