#!/usr/bin/env python3
"""D5: a caught virtual machine that strays stops the phase, and one that stays
is never disturbed.

stray.py [--camprun P] [--campgen P] [--seeds A..B]: generated pairs are run
undisturbed, and rolled back: nothing may be said to have strayed. Then each
virtual machine that is locked before it goes down is made to stray there: the
run must stop, say which machine it was and from where to where, and come back
to the source. The same machine is then made to go away and come back at once:
that is noticed, too, the action undone and tried again, and the run goes on.
"""
import json
import os
import re
import shutil
import sys

import faults
import seeds
from faults import Run
from seeds import Failure

MOST = 4  # machines of one pair that are made to stray


class Straying(Run):
    def moves(self):
        path = os.path.join(self.state, 'guard', 'moves')
        if not os.path.exists(path):
            return []
        with open(path) as f:
            return [json.loads(line) for line in f]

    def plain(self, word, *more, may=(0,)):
        status = self.command(word, *more, may=may)
        if status == 0 and self.moves():
            raise Failure('%s: nothing strayed, but it says %s' % (
                word, self.moves()[0]))
        return status


def candidates(run):
    """Machines that lie directly below the domain, caught on one other: the
    locks of theirs that come before a terminate in one procedure. Those that
    the campaign moves itself are not caught."""
    found, moved, locked = [], set(), {}
    for e in run.events():
        if e['result'] != 'ok' or e['procedure'] in ('init', 'complete'):
            continue
        vm = e.get('entity')
        if e['action'] == 'migrate':
            moved.add(vm)
        elif e['action'] == 'lock':
            locked[vm] = e['procedure']
        elif e['action'] == 'terminate' and locked.get(vm) == e['procedure']:
            found.append(vm)
    return [vm for vm in found if vm not in moved]


def caught(run):
    """Whose list has one name when the initialization is over: read from what
    the campaign says."""
    with open(run.path('campaign.xml')) as f:
        text = f.read()
    init = re.search('<campInitAction>.*?</campaignInitialization>', text,
                     re.S)
    names = set()
    for m in re.finditer('<modify objectDN="([^"]*)" '
                         'operation="SA_IMM_ATTR_VALUES_REPLACE"[^>]*>(.*?)'
                         '</modify>', init.group(0) if init else '', re.S):
        dn = m.group(1).replace('&quot;', '"').replace('&amp;', '&')
        if 'saPlmDepNames' in m.group(2) and m.group(2).count('<value>') == 1:
            names.add(re.sub(r'^(\\.|[^\\,])*,', '', dn))
    return names


def wanders(o, run, vm):
    """Away and back is noticed though it is at home whenever it is asked."""
    shutil.rmtree(run.state)
    with open(run.path('stray'), 'w') as f:
        f.write('wander lock:%s\n' % vm)
    run.command('run', '--fault-file', run.path('stray'), '--commit',
                may=(0,))
    moves = run.moves()
    if len(moves) != 1 or moves[0]['vm'] != vm:
        raise Failure('%s was away: %s' % (vm, moves))
    before, after = moves[0]['before'], moves[0]['after']
    if before.pop('visit') == after.pop('visit') or before != after:
        raise Failure('%s is back: %s' % (vm, moves))
    run.is_model('target.xml')
    o.wandered += 1


def one(o, seed, folder):
    run = Straying(o, folder)
    if not faults.prepare(o, run, seed):
        return False
    run.plain('run')
    vms = [vm for vm in candidates(run) if vm in caught(run)]
    run.plain('rollback')
    run.is_model('source.xml')
    for vm in vms[:MOST]:
        shutil.rmtree(run.state)
        with open(run.path('stray'), 'w') as f:
            f.write('stray lock:%s\n' % vm)
        status = run.command('run', '--fault-file', run.path('stray'))
        if status == 0:
            o.stayed += 1  # it had nowhere to go
            if run.moves():
                raise Failure('%s strayed unpunished' % vm)
            continue
        moves = run.moves()
        if status != 4 or not moves or moves[0]['vm'] != vm or \
                moves[0]['before'] == moves[0]['after']:
            raise Failure('%s strayed: exit %d, %s' % (vm, status, moves[:1]))
        o.strayed += 1
        if run.command('resume', may=(4,)) != 4 or run.events() == []:
            raise Failure('%s is still elsewhere' % vm)
        # It may stand in the way of what goes down: then the backup helps.
        if run.command('rollback', may=(0, 5)) == 5:
            o.backups += 1
            run.command('rollback', may=(0,))
        run.is_model('source.xml')
        wanders(o, run, vm)
    return True


def main():
    o = seeds.parser(__doc__, ('campgen', 'camprun'), '1..10').parse_args()
    if not seeds.wanted('stray'):
        return 0
    o.strayed = o.stayed = o.backups = o.wandered = 0
    passed, failed = seeds.each('stray', one, o)
    if passed > 2 and o.strayed == 0:
        failed += 1
        print('FAILED stray: nothing ever strayed')
    if o.verbose:
        print('%d strayed, %d were away and back, %d had nowhere to go, '
              '%d backups' % (o.strayed, o.wandered, o.stayed, o.backups))
    return seeds.total(passed, failed)


if __name__ == '__main__':
    sys.exit(main())
