#!/usr/bin/env python3
"""The numbers of a plan are those of a run: what "campgen plan" lists is
compared, action by action, with the events of a whole run on a simulated
cluster, commit and all.

    numbers.py [--bin DIR] [--seeds A..B] [--keep DIR]

Environment, as of all tests: BUILD, SEED (one seed), CASES (how many). A
failure prints what it was and keeps its files.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
import gen_fleet  # noqa: E402
import gen_hard  # noqa: E402
import run  # noqa: E402

CALLED = {'callback': 'notify'}
WAYS = [(), ('--schedule=waves',), ('--rolling',)]
# Pairs of the examples, and of cases that have what is rare.
PAIRS = ['examples/01-two-hosts', 'examples/02-five-vms',
         'examples/03-media-cluster', 'examples/04-amf-cluster',
         'examples/05-dpkg', 'tests/golden/rolling', 'tests/golden/phases',
         'tests/golden/waves', 'tests/golden/wave-window']


class Failure(Exception):
    pass


def call(*args):
    r = subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True,
                       text=True, timeout=120)
    if r.returncode:
        raise Failure('%s: exit %d: %s' % (' '.join(args[:2]), r.returncode,
                                           r.stderr[-1000:]))
    return r.stdout


def carried_out(bin_, campaign, source, folder):
    """The actions of a run by number: as each began first."""
    state = os.path.join(folder, 'state')
    shutil.rmtree(state, ignore_errors=True)
    events = os.path.join(folder, 'events')
    call(os.path.join(bin_, 'camprun'), 'run', campaign, '--source', source,
         '--state', state, '--driver=sim', '--yes', '--commit',
         '--events', events)
    done = {}
    with open(events) as f:
        for line in f:
            e = json.loads(line)
            if 'action' in e:
                done.setdefault(e['seq'], e)
    if sorted(done) != list(range(1, len(done) + 1)):
        raise Failure('the run leaves numbers out')
    return done


def parts(plan):
    """(procedure or None, its actions), in the order of execution."""
    yield None, plan.get('before', {}).get('actions', [])
    for p in plan['procedures']:
        yield p, p.get('actions', [])
    for part in ('after', 'commit'):
        yield None, plan.get(part, {}).get('actions', [])


def same(planned, done):
    """What the plan says of an action is what was done."""
    verb = CALLED.get(planned['verb'], planned['verb'])
    if verb != 'admin' and verb != done['action']:
        return False
    if 'step' in planned and planned['step'] != done.get('nested', 1):
        return False
    return all(done.get(theirs) == planned[ours] for ours, theirs in (
        ('entity', 'entity'), ('bundle', 'bundle'), ('on', 'on'),
        ('to', 'on')) if ours in planned)


def compare(plan, done):
    """How many migrations were compared."""
    if plan['action-count'] != len(done):
        raise Failure('%d actions planned, %d carried out' % (
            plan['action-count'], len(done)))
    next_, moves = 1, 0
    for procedure, actions in parts(plan):
        first = next_
        for a in actions:
            moves += a['verb'] == 'migrate'
            if a['number'] != next_:
                raise Failure('number %d where %d should be: %s' % (
                    a['number'], next_, a))
            for n in range(next_, next_ + a.get('count', 1)):
                if not same(a, done[n]):
                    raise Failure('planned %s, done %s' % (a, done[n]))
                if procedure and done[n]['procedure'] != procedure['name']:
                    raise Failure('%d is in another procedure' % n)
            next_ += a.get('count', 1)
        if procedure is None:
            continue
        if procedure['method'] == 'rolling':
            next_ = first + procedure['action-count']
        elif procedure['action-count'] != next_ - first:
            raise Failure('%s has other actions' % procedure['name'])
    if next_ != len(done) + 1:
        raise Failure('the plan ends at %d of %d' % (next_ - 1, len(done)))
    return moves


def examine(bin_, folder, source, target, *more):
    """(actions, migrations) compared; None if there is no campaign."""
    out = os.path.join(folder, 'campaign.xml')
    if os.path.exists(out):
        os.unlink(out)
    subprocess.run([os.path.join(bin_, 'campgen'), source, target, '-o', out,
                    *more], stdin=subprocess.DEVNULL, capture_output=True,
                   timeout=120)
    if not os.path.exists(out):
        return None
    return listed(bin_, folder, out, source)


def listed(bin_, folder, campaign, source):
    plan = json.loads(call(os.path.join(bin_, 'campgen'), 'plan', campaign,
                           '--format=json'))
    done = carried_out(bin_, campaign, source, folder)
    return len(done), compare(plan, done)


def model(folder, name):
    for end in ('.yaml', '.xml'):
        if os.path.exists(os.path.join(folder, name + end)):
            return os.path.join(folder, name + end)
    raise Failure('%s has no %s' % (folder, name))


def named_pair(bin_, folder, pair):
    """All ways to compile a pair of the repository."""
    where = os.path.join(TOP, pair)
    policy = os.path.join(where, 'policy.yaml')
    total = [0, 0]
    for way in WAYS:
        more = way + (('-p', policy) if os.path.exists(policy) else ())
        got = examine(bin_, folder, model(where, 'source'),
                      model(where, 'target'), *more)
        if got is None:
            raise Failure('%s %s: no campaign' % (pair, way))
        total = [a + b for a, b in zip(total, got)]
    return total


def random_pair(bin_, folder, seed):
    """A hard pair, or a fleet in which some VMs stay and move away."""
    r = random.Random('numbers %d' % seed)
    if seed % 2:
        gen_hard.generate(seed, folder)
    else:
        gen_fleet.generate(run.Args(
            hosts=r.randint(3, 10), vms=r.randint(1, 4),
            sponsors=r.randint(2, 4), redundancy=2, add=r.choice([0, 20]),
            remove=r.choice([0, 20]), stay=r.choice([0, 50, 100]),
            seed=seed, outdir=folder))
    total = [0, 0]
    for way in WAYS:
        got = examine(bin_, folder, model(folder, 'source'),
                      model(folder, 'target'), *way)
        total = [a + b for a, b in zip(total, got or (0, 0))]
    return total


def arguments():
    build = os.environ.get('BUILD') or 'build'
    p = argparse.ArgumentParser(description='compare plans with runs')
    p.add_argument('--bin', default=build)
    p.add_argument('--seeds')
    p.add_argument('--keep', default=os.path.join(build, 'prop'))
    a = p.parse_args()
    seeds = range(1, int(os.environ.get('CASES') or 12) + 1)
    if a.seeds:
        first, _, last = a.seeds.partition('..')
        seeds = range(int(first), int(last or first) + 1)
    elif os.environ.get('SEED'):
        seeds = [int(os.environ['SEED'])]
    a.jobs = [(pair, named_pair, pair) for pair in PAIRS] + \
        [('SEED=%d' % s, random_pair, s) for s in seeds]
    return a


def main():
    a = arguments()
    passed = failed = actions = moves = 0
    for name, examine_, what in a.jobs:
        folder = os.path.join(os.path.abspath(a.keep), 'numbers-' +
                              name.replace('/', '-'))
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        try:
            got = examine_(os.path.abspath(a.bin), folder, what)
            actions, moves = actions + got[0], moves + got[1]
            passed += 1
            shutil.rmtree(folder)
        except Failure as e:
            failed += 1
            print('FAILED numbers: %s (%s): %s' % (name, folder, e))
    if not failed and len(a.jobs) > len(PAIRS) + 5 and not (
            actions > 2000 and moves > 20):
        failed += 1
        print('FAILED numbers: only %d actions, %d migrations' % (actions,
                                                                  moves))
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
