"""What is tried on real hosts: every function named case_* of these modules."""
import case_advise
import case_agents
import case_bed
import case_campaign
import case_example
import case_failures
import case_guard
import case_inside
import case_morph
import case_snapshots

MODULES = (case_advise, case_agents, case_bed, case_campaign, case_example,
           case_failures, case_guard, case_inside, case_morph, case_snapshots)


def all_cases():
    return [(n[5:].replace('_', '-'), getattr(m, n)) for m in MODULES
            for n in dir(m) if n.startswith('case_')]
