/* The proof, which a host that only carries campaigns out does without. */
#include "plugin.h"
#include "prove.h"

CAMPRUN_PLUGIN("prove", .prove = prove_run, .preflight = preflight_run,
    .services = preflight_services, .spare = preflight_spare,
    .fault_read = fault_read)
