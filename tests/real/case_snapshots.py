"""U7, U12: snapshots of real machines, with their memory."""
import os

from site_of import Site
from tools import check

GATES = '''waves:
  - {phase: first, match: "safEE=a,*", gate: true}
  - {phase: second, match: "safEE=b,*", gate: true}
callbacks:
  - {label: "gate:*", answer: notify, snapshot: "safEE=vm*"}
'''


def gated(bed, *upgrade, **more):
    return Site(bed, upgrade, policy=GATES, options=('--schedule=waves',),
                **more)


def set_back(site, name):
    """Was it set back to an earlier moment of its first boot, and only that?"""
    lines = site.serial(name).lines()
    check(all(line[:2] == (1, 1) for line in lines), name + ' was restarted')
    steps = [b[2] - a[2] for a, b in zip(lines, lines[1:])]
    check(all(s == 1 or s < 0 for s in steps), name + ' skipped something')
    return sum(s < 0 for s in steps)


def case_snapshots_go_with_machines(bed):
    site = gated(bed, 'a', 'b')
    site.run('run', 0)
    site.is_target()
    site.never_stopped('vm1', 'vm2', 'vm3', 'vm4')
    kept = bed.a.virsh('snapshot-list', 'vm1', '--name') + bed.b.virsh(
        'snapshot-list', 'vm1', '--name', status=None)
    check(len(kept.split()) == 2, 'vm1 has not two snapshots: ' + kept)
    site.run('rollback', 0)
    site.is_source()
    # Each before every phase that touches it.
    for name, times in (('vm1', 2), ('vm2', 1), ('vm3', 2), ('vm4', 1)):
        check(set_back(site, name) == times, '%s was set back %d times' % (
            name, set_back(site, name)))


def case_snapshots_stay_when_moving_fails(bed):
    site = gated(bed, 'a', fill=2, bandwidth=1, patience='1s')
    site.run('run', 4)
    check('SUSPENDED_BY_ERROR_DETECTED' in site.status(), site.status())
    site.is_source()
    kept = bed.a.virsh('snapshot-list', 'vm3', '--name').split()
    check(len(kept) == 1 and kept[0].startswith('camprun-'),
          'what is known of its snapshot was lost: %s' % kept)
    site.run('rollback', 0)
    site.is_source()
    check(set_back(site, 'vm3') >= 1, 'vm3 was not set back')
    site.never_stopped('vm2', 'vm4')


KEPT = '''snapshots:
  - {match: "safEE=vm*", take: true}
retention: {number: 1}
'''


def case_a_machine_that_failed_is_set_back(bed):
    """Its first boot goes on where it was before the upgrade; what failed is
    kept, the latest of it, and a rollback leaves nothing else behind."""
    site = Site(bed, ('vm1',), policy=KEPT)
    site.write('refuse-vm1', '')
    said = site.run('run', 4)
    check('reverted: "safEE=vm1' in said, said)
    names = bed.a.virsh('snapshot-list', 'vm1', '--name').split()
    check(len(names) == 2, 'not one of before and one that failed: %s' % names)
    site.serial('vm1').beats()
    check(site.serial('vm1').lines()[-1][:2] == (1, 1),
          'vm1 does not go on with its first boot')
    site.never_stopped('vm2', 'vm3', 'vm4')
    os.remove(bed.path('refuse-vm1'))
    site.run('resume', 0)
    site.is_target()
    site.run('commit', 0)
    site.never_stopped('vm2', 'vm3', 'vm4')


SHORT = '''snapshots:
  - {match: "safEE=vm1,*", take: true}
retention: {reserve: 100}
'''


def case_disks_of_machines_are_short(bed):
    """It is the disk of the machine that is looked at, wherever that is."""
    site = Site(bed, ('vm1',), policy=SHORT)
    said = site.run('run', 0)
    check('"%s"' % bed.path('disks') in said and 'not enough room' in said,
          said)
