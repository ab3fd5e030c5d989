#!/usr/bin/env python3
"""campgen why-not against camprun prove (P4, P6): fleets are compiled in
waves, and for procedures and levels it is asked what forbids the one the
other. The procedure is then really put there, in the file; the proof must
find a service down exactly where that was the answer, and nothing wrong where
nothing was said to forbid it. Pairs with everything in them are asked about
as well, in waves and one after the other; there the sponsor lists of a moved
procedure would have to be written anew, so only services and the order count.

    why_not.py [--bin DIR] [--seeds A..B] [--keep DIR]

Environment: BUILD, SEED as of all tests. A failure prints SEED=n.
"""
import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import gen_fleet  # noqa: E402
import gen_hard  # noqa: E402

PROCEDURE = re.compile(r'safSmfProcedure="([^"]*)" saSmfExecLevel="(\d+)"')
QUESTIONS = 8  # a fleet


class Failure(Exception):
    pass


class Args:
    def __init__(self, **k):
        self.__dict__.update(k)


def call(*args):
    return subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=120)


def prove(k, text):
    """The codes of the errors that the proof finds; empty: proven."""
    with open(k.path('moved.xml'), 'w') as f:
        f.write(text)
    r = call(k.camprun, 'prove', k.path('moved.xml'), '--source',
             k.path('source.xml'), '--target', k.path('target.xml'),
             '--faults=none')
    if r.returncode not in (0, 1):
        raise Failure('prove exits %d: %s' % (r.returncode, r.stderr[-500:]))
    found = set(re.findall(r'error\[([A-Z]\d{3})\]', r.stderr))
    if (r.returncode == 1) != bool(found):
        raise Failure('prove exits %d, but says %s' % (r.returncode, found))
    return found


def ask(k, name, level):
    r = call(k.campgen, 'why-not', k.path('campaign.xml'), name,
             '--wave=%d' % level, '--source=' + k.path('source.xml'),
             '--target=' + k.path('target.xml'), '--format=json')
    if r.returncode:
        raise Failure('why-not exits %d: %s' % (r.returncode, r.stderr))
    said = json.loads(r.stdout)['statements']
    return said[0]['answer'], {s['reason'] for s in said
                               if s['kind'] == 'forbids'}


def moved(text, name, to, waves):
    """The campaign with the procedure on another level. One after the other
    those between close up behind it."""
    at = dict((p, int(n)) for p, n in PROCEDURE.findall(text))
    was = at[name]

    def level(m):
        n = int(m.group(2))
        if m.group(1) == name:
            n = to
        elif not waves and was < n <= to:
            n -= 1
        elif not waves and to <= n < was:
            n += 1
        return 'safSmfProcedure="%s" saSmfExecLevel="%d"' % (m.group(1), n)
    return PROCEDURE.sub(level, text)


def question(k, text, name, level, waves=True, strict=True):
    answer, reasons = ask(k, name, level)
    found = prove(k, moved(text, name, level, waves))
    k.seen |= reasons | {answer}
    what = '%s on level %d: %s %s, but the proof says %s' % (
        name, level, answer, sorted(reasons), sorted(found))
    if (answer == 'forbidden') != bool(reasons):
        raise Failure('%s with reasons %s' % (answer, reasons))
    if not strict:
        found &= {'R004', 'R008'}
    elif ('service' in reasons) != ('R004' in found):
        raise Failure(what)
    elif 'kinds' in reasons and 'R008' not in found:
        raise Failure(what)
    if answer == 'nothing forbids it' and found:
        raise Failure(what)


def fleet(k, seed):
    r = random.Random('why-not %d' % seed)
    red = r.choice([2, 2, 3])
    gen_fleet.generate(Args(
        hosts=r.randint(red + 1, 10), vms=r.randint(1, 5),
        sponsors=r.randint(1, 4), redundancy=red, add=r.choice([0, 20]),
        remove=r.choice([0, 20]), seed=seed, outdir=k.dir))
    out = k.path('campaign.xml')
    w = call(k.campgen, k.path('source.xml'), k.path('target.xml'),
             '--schedule=waves', '-o', out)
    if w.returncode or not os.path.exists(out):
        return 0  # refused, or nothing to do
    text = open(out).read()
    found = PROCEDURE.findall(text)
    levels = sorted({int(n) for _, n in found})
    asked = [(p, n) for p, at in found for n in levels if n != int(at)]
    r.shuffle(asked)
    for name, level in asked[:QUESTIONS]:
        question(k, text, name, level)
    return len(asked[:QUESTIONS])


def anything(k, seed):
    if gen_hard.generate(seed, k.dir) == 'equal':
        return 0
    r, n, out = random.Random('why-not %d' % seed), 0, k.path('campaign.xml')
    for schedule in ('waves', 'sequential'):
        w = call(k.campgen, k.path('source.xml'), k.path('target.xml'),
                 '--schedule=' + schedule, '-o', out)
        if w.returncode:
            continue
        text = open(out).read()
        found = PROCEDURE.findall(text)
        levels = sorted({int(x) for _, x in found})
        asked = [(p, x) for p, at in found for x in levels if x != int(at)
                 and '&' not in p]
        r.shuffle(asked)
        for name, level in asked[:QUESTIONS]:
            question(k, text, name, level, schedule == 'waves', False)
            n += 1
    return n


class Case:
    def __init__(self, folder, bin):
        self.dir, self.seen = folder, set()
        self.campgen = os.path.join(bin, 'campgen')
        self.camprun = os.path.join(bin, 'camprun')

    def path(self, name):
        return os.path.join(self.dir, name)


def main():
    build = os.environ.get('BUILD') or 'build'
    p = argparse.ArgumentParser(description='why-not against prove')
    p.add_argument('--bin', default=build)
    p.add_argument('--seeds', default=os.environ.get('SEED') or '1..6')
    p.add_argument('--keep', default=os.path.join(build, 'prop'))
    a = p.parse_args()
    first, _, last = a.seeds.partition('..')
    passed = failed = asked = 0
    seen = set()
    for seed in range(int(first), int(last or first) + 1):
        k = Case(os.path.join(os.path.abspath(a.keep), 'why-not-%d' % seed),
                 os.path.abspath(a.bin))
        shutil.rmtree(k.dir, ignore_errors=True)
        os.makedirs(k.dir)
        try:
            asked += fleet(k, seed) + anything(k, seed)
            passed += 1
            shutil.rmtree(k.dir)
        except Failure as e:
            failed += 1
            print('FAILED why-not SEED=%d (%s): %s' % (seed, k.dir, e))
        seen |= k.seen
    if last and len(seen & {'service', 'nothing forbids it'}) < 2:
        failed += 1
        print('FAILED why-not: %d questions, only %s' % (asked, sorted(seen)))
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
