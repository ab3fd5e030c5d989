#!/usr/bin/env python3
"""Waves beside the best there is (X3): figures that fleets must reach, and
small pairs of which all schedules are tried.

    best.py [--bin DIR] [--seeds A..B] [--keep DIR]

Environment, as of all tests: BUILD, SEED (one seed), CASES (how many). A
failure prints what it was and keeps its files.
"""
import argparse
import itertools
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, '..', 'bench'))
import campaign  # noqa: E402
import check  # noqa: E402
import gen_fleet  # noqa: E402
import gen_small  # noqa: E402
import imm  # noqa: E402
import run  # noqa: E402
import waves  # noqa: E402
from meaning import Promises, settle_groups  # noqa: E402

HOSTS, VMS, ROOM = (32, 128, 512), 8, 10


class Failure(Exception):
    pass


# --- fleets ---

def compile_waves(bin_, folder, *more):
    """(what campgen says, waves, bound)."""
    path = {n: os.path.join(folder, n + '.xml') for n in
            ('source', 'target', 'waves')}
    r = subprocess.run([os.path.join(bin_, 'campgen'), path['source'],
                        path['target'], '--schedule=waves', '-o',
                        path['waves'], '--max-errors=9999', *more],
                       stdin=subprocess.DEVNULL, capture_output=True,
                       text=True, timeout=300)
    m = re.search(r'waves: (\d+) \(bound (\d+)', r.stderr)
    return r.stderr, int(m[1]) if m else None, int(m[2]) if m else None


def proven(bin_, folder):
    r = subprocess.run([os.path.join(bin_, 'camprun'), 'prove'] + [
        os.path.join(folder, 'waves.xml'), '--source', os.path.join(
            folder, 'source.xml'), '--target', os.path.join(
            folder, 'target.xml')], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=300)
    if r.returncode:
        raise Failure('not proven: ' + r.stderr[-1000:])


def judge(folder, room=None):
    """The checker, which shares nothing with either program."""
    k = waves.WaveChecker(*waves.load(*[os.path.join(folder, n + '.xml')
                                        for n in ('source', 'target',
                                                  'waves')]),
                          waves.TURNS['backwards'], room)
    found = k.run()
    if found:
        raise Failure('%s %s "%s": %s' % found[0])
    return k


def fleet(bin_, folder, hosts, sponsors, **more):
    gen_fleet.generate(run.Args(hosts=hosts, vms=VMS, sponsors=sponsors,
                                redundancy=2, add=0, remove=0, seed=1,
                                outdir=folder, **more))


def changing(bin_, folder, hosts, sponsors):
    """Pairs, all VMs change with one of few hosts: at most three waves."""
    fleet(bin_, folder, hosts, sponsors)
    said, n, bound = compile_waves(bin_, folder)
    if n is None or n > 3 or bound != 2:
        raise Failure('%s waves, bound %s: %s' % (n, bound, said[-500:]))
    proven(bin_, folder)
    judge(folder)


def staying(bin_, folder, hosts, sponsors):
    """No VM changes, 10 fit where 8 are: each moves hardly more than once,
    none is stopped, and there is a wave more than there must be at most."""
    fleet(bin_, folder, hosts, sponsors, stay=100, home_first=True,
          room=ROOM)
    said, n, bound = compile_waves(bin_, folder, '-p',
                                   os.path.join(folder, 'policy.yaml'))
    if n is None or n > bound + 1:
        raise Failure('%s waves, bound %s: %s' % (n, bound, said[-500:]))
    proven(bin_, folder)
    k = judge(folder, ROOM)
    if k.migrations > 1.2 * VMS * hosts:
        raise Failure('%d migrations of %d VMs' % (k.migrations,
                                                   VMS * hosts))


# --- small pairs ---

class Small:
    """A pair in which every EE is modified: which hosts can go together?"""

    def __init__(self, source, target):
        a, b = imm.read(source), imm.read(target)
        c = check.Checker(a, b, campaign.Campaign())
        settle_groups(c.s, c.t)
        self.s, self.p = c.s, Promises(c.s, c.t)
        ees = sorted(d for d, o in a.objects.items() if o.cls == 'SaPlmEE')
        vms = [e for e in ees if e.startswith('safEE=vm')]
        self.hosts = [e for e in ees if e not in vms]
        self.units = {sg: [e for e in map(c.s.su_ee, c.s.sg_sus.get(sg, []))
                           if e] for sg in set(self.p.sg.values())}
        self.need = self.needs()
        self.on = {v: c.s.sponsors(v) for v in vms if any(
            v in self.units[sg] for sg in self.need)}

    def needs(self):
        """By SG, how many units are in service at every moment."""
        p, need = self.p, {}
        for si in p.watched():
            need[p.sg[si]] = max(1, p.least[p.sg[si]])
        for si in p.safe:
            for sg in self.relied_upon(si):
                need[sg] = max(need.get(sg, 0), p.wanted.get(sg, 1))
        return need

    def relied_upon(self, si):
        seen, todo = {si}, list(self.p.deps.get(si, []))
        while todo:
            x = todo.pop()
            if x not in seen and x not in self.p.blind and \
                    x in self.s.si_sg:
                seen.add(x)
                todo += self.p.deps.get(x, [])
                yield self.s.si_sg[x]

    def holds(self, wave, n):
        """With each EE in its wave, as far as that is known."""
        return all(len(self.units[sg]) - [wave.get(e) for e in self.units[
            sg]].count(w) >= least for sg, least in self.need.items()
            if sg in self.units for w in range(n))

    def placed(self, wave, vms, n):
        """Is there a sponsor for each of the other VMs?"""
        if not self.holds(wave, n):
            return False
        if not vms:
            return True
        return any(self.placed({**wave, vms[0]: w}, vms[1:], n) for w in
                   sorted({wave[h] for h in self.on[vms[0]]}))

    def fewest(self):
        for n in range(1, len(self.hosts) + 1):
            for part in itertools.product(range(n), repeat=len(self.hosts)):
                if all(x <= max(part[:i], default=-1) + 1
                       for i, x in enumerate(part)) and self.placed(
                        dict(zip(self.hosts, part)), sorted(self.on), n):
                    return n
        return None


def small(bin_, folder, seed):
    """How many waves more than would do; what is not redundant is kept up in
    several waves all the same, which is told."""
    gen_small.generate(seed, folder)
    said, n, bound = compile_waves(bin_, folder)
    best = Small(os.path.join(folder, 'source.xml'),
                 os.path.join(folder, 'target.xml')).fewest()
    if n is None or best is None:
        if best is not None:
            raise Failure('refused, but %d waves would do: %s' % (
                best, said[-800:]))
        return 0
    if bound > best:
        raise Failure('bound %d, but %d waves would do' % (bound, best))
    told = re.search(r'P026\]: (\d+) levels; (\d+) would do', said)
    if told and (int(told[1]) != n or int(told[2]) < best):
        raise Failure('%d waves, %d would do: %s' % (n, best, told[0]))
    if n > best + 1 and not told:
        raise Failure('%d waves, but %d would do' % (n, best))
    return n - best


def arguments():
    build = os.environ.get('BUILD') or 'build'
    p = argparse.ArgumentParser(description='waves beside the best there is')
    p.add_argument('--bin', default=build)
    p.add_argument('--seeds')
    p.add_argument('--keep', default=os.path.join(build, 'prop'))
    a = p.parse_args()
    a.range = range(1, int(os.environ.get('CASES') or 40) + 1)
    if a.seeds:
        first, _, last = a.seeds.partition('..')
        a.range = range(int(first), int(last or first) + 1)
    elif os.environ.get('SEED'):
        a.range = [int(os.environ['SEED'])]
    return a


def main():
    a = arguments()
    sizes = HOSTS if len(a.range) > 40 else HOSTS[:2]
    jobs = [('fleet %d, %d' % (h, k), changing, (h, k))
            for h in sizes for k in (3, 4)]
    jobs += [('stay %d' % h, staying, (h, 8)) for h in sizes]
    jobs += [('SEED=%d' % s, small, (s,)) for s in a.range]
    passed = failed = more = 0
    for name, f, what in jobs:
        folder = os.path.join(os.path.abspath(a.keep),
                              'best-' + re.sub('[^A-Za-z0-9]+', '-', name))
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        try:
            more += f(os.path.abspath(a.bin), folder, *what) or 0
            passed += 1
            shutil.rmtree(folder)
        except Failure as e:
            failed += 1
            print('FAILED best: %s (%s): %s' % (name, folder, e))
    if more > len(a.range) // 3 + 2:
        failed += 1
        print('FAILED best: %d waves too many' % more)
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
