#!/usr/bin/env python3
"""Counts what the proof counts (P3, T12): the actions of a campaign are
expanded here anew, and each of them is made to fail on the simulated cluster.

    each_fails.py [--bin DIR] [--every N] [EXAMPLE...]

An action that fails once is tried again, and the target is reached. One that
fails until retries are used up is undone with its step, and the source can be
had back. One whose reversal fails leaves it to the operator, who gets the
source from the backup. That makes three failures for each action, which is
what `camprun prove` says it proved. Only actions that have their verb and
entity for themselves can be told to fail; the others are counted.
"""
import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import campaign  # noqa: E402
import check  # noqa: E402
import imm  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))
BACK = {'online-install': 'online-uninstall', 'lock': 'unlock',
        'offline-install': 'offline-uninstall', 'terminate': 'instantiate'}
BACK.update({v: k for k, v in BACK.items()})
# What a step does to old and new entities before and after the model changes.
IN_PHASE = ([('lock', 0), ('terminate', 0), ('offline-uninstall', 0),
             ('online-uninstall', 0)],
            [('online-install', 1), ('offline-install', 1),
             ('instantiate', 1), ('unlock', 1)])
OUT_OF_PHASE = ([('online-install', 1), ('lock', 0), ('terminate', 0),
                 ('offline-uninstall', 0)],
                [('offline-install', 1), ('instantiate', 1), ('unlock', 1),
                 ('online-uninstall', 0)])
REDUCED = ([('online-install', 1)],
           [('restart', 1), ('online-uninstall', 0)])
LOCKED = ([('online-install', 1), ('lock', 0)],
          [('restart', 1), ('unlock', 1), ('online-uninstall', 0)])
BEATS = {'010': IN_PHASE, '000': OUT_OF_PHASE, '100': REDUCED, '101': LOCKED}


class Failure(Exception):
    pass


def beats(step, half):
    new = list(step.up) + [o.dn for o in step.added if o.cls == 'SaPlmEE']
    if not new:
        new = [o.dn for o in step.added if o.cls == 'SaAmfSU']
    for verb, who in BEATS[step.type][half]:
        bundles = (step.sw_remove, step.sw_add)[who] if 'install' in verb \
            else [None]
        for b in bundles:
            for dn in (step.down, new)[who]:
                yield verb, dn, b.dn if b else None


def expand(c):
    """(verb, entity, bundle) of every action but induced migrations."""
    change = ('modify-im', None, None)
    if c.bundles:
        yield change
    for _ in c.init:
        yield change
    for p in sorted(c.procedures, key=lambda p: p.level):
        for _ in p.init:
            yield change
        for s in p.steps:
            yield from beats(s, 0)
        if p.steps:
            yield change
        for s in reversed(p.steps):
            yield from beats(s, 1)
        for _ in p.wrapup:
            yield change
    for _ in c.complete:
        yield change
    for _ in c.wrapup:
        yield change
    if c.remove_types or c.remove_bundles:
        yield change


class Case:
    def __init__(self, name, bin_, folder):
        self.dir, self.bin = os.path.join(folder, 'each-fails-' + name), bin_
        shutil.rmtree(self.dir, ignore_errors=True)
        os.makedirs(self.dir)
        here = os.path.join(ROOT, 'examples', name)
        self.campaign = os.path.join(here, 'campaign.xml')
        for n in ('source', 'target'):
            self.call('campgen', 'convert', glob.glob(
                os.path.join(here, n + '.*'))[0], '-o', self.path(n + '.xml'))

    def path(self, name):
        return os.path.join(self.dir, name)

    def call(self, program, *args):
        r = subprocess.run([os.path.join(self.bin, program)] + list(args),
                           stdin=subprocess.DEVNULL, capture_output=True,
                           timeout=60)
        r.text = r.stdout.decode() + r.stderr.decode()
        return r

    def run(self, want, *more):
        shutil.rmtree(self.path('state'), ignore_errors=True)
        r = self.call('camprun', 'run', self.campaign, '--source',
                      self.path('source.xml'), '--state', self.path('state'),
                      '--driver=sim', '--yes', *more)
        if r.returncode != want:
            raise Failure('run %s: exit %d, not %d: %s' % (
                ' '.join(more), r.returncode, want, r.text[-500:]))

    def back(self, want, *more):
        r = self.call('camprun', 'rollback', '--state', self.path('state'),
                      '--yes', *more)
        if r.returncode != want:
            raise Failure('rollback %s: exit %d, not %d: %s' % (
                ' '.join(more), r.returncode, want, r.text[-500:]))

    def model_is(self, name, what):
        got = self.path('model.xml')
        with open(got, 'wb') as f:
            f.write(self.call('camprun', 'model', '--state',
                              self.path('state')).stdout)
        r = self.call('campgen', 'diff', '--severity=error', got,
                      self.path(name + '.xml'))
        if r.returncode:
            raise Failure('%s: the model is not the %s' % (what, name))

    def events(self):
        self.run(0, '--commit', '--events=' + self.path('events'))
        out = {}
        with open(self.path('events')) as f:
            for line in f:
                e = json.loads(line)
                if e['result'] == 'ok':
                    out[e['seq']] = e
        return [out[k] for k in sorted(out)]

    def fails(self, verb, dn):
        what = '%s:%s' % (verb, dn)
        self.run(0, '--fail=' + what)
        # the old types go with the commit only
        self.call('camprun', 'commit', '--state', self.path('state'), '--yes')
        self.model_is('target', what + ' fails once')
        self.run(4, '--fail=%s:2' % what)
        self.back(0)
        self.model_is('source', what + ' fails for good')
        self.run(0)
        self.back(5, '--fail=rollback/%s:%s:2' % (BACK.get(verb, verb), dn))
        self.back(0)
        self.model_is('source', what + ' cannot be reversed')


def counts(case, c):
    """The actions as (verb, entity), after all three counts agree."""
    mine = list(expand(c))
    done = case.events()
    theirs = [(e['action'], None if e['action'] == 'modify-im' else
               e.get('entity'), e.get('bundle')) for e in done]
    plain = [x for x in theirs if x[0] != 'migrate']
    if mine != plain:
        k = next((i for i, (a, b) in enumerate(zip(mine, plain)) if a != b),
                 min(len(mine), len(plain)))
        raise Failure('action %d is %s, not %s (%d and %d)' % (
            k + 1, plain[k:k + 1], mine[k:k + 1], len(plain), len(mine)))
    r = case.call('camprun', 'prove', case.campaign, '--source',
                  case.path('source.xml'), '--target',
                  case.path('target.xml'))
    m = re.search(r'proven: (\d+) actions, (\d+) failures, (\d+) states',
                  r.text)
    last = len(c.wrapup) + bool(c.remove_types or c.remove_bundles)
    n = len(theirs)
    want = [n, 3 * (n - last), n + 1 + n - last]
    if not m or [int(x) for x in m.groups()] != want:
        raise Failure('prove says %s, not %s' % (m and m.groups(), want))
    return [(e['action'], e.get('entity')) for e in done[:n - last]]


def one(name, bin_, folder, every):
    case = Case(name, bin_, folder)
    a, b = (imm.read(case.path(n + '.xml')) for n in ('source', 'target'))
    classes = dict(check.CLASSES)
    classes.update(a.classes)
    classes.update(b.classes)
    actions = counts(case, campaign.read(case.campaign, classes))
    single = [x for x in actions if x[1] and actions.count(x) == 1]
    if len(single) * 2 < len(actions):
        raise Failure('only %d of %d actions can be told to fail' % (
            len(single), len(actions)))
    n = 0
    for verb, dn in single[::every]:
        case.fails(verb, dn)
        n += 3
    shutil.rmtree(case.dir)
    return n


def main():
    build = os.environ.get('BUILD') or 'build'
    p = argparse.ArgumentParser(description='make every action fail')
    p.add_argument('--bin', default=build)
    p.add_argument('--every', type=int, default=3)
    p.add_argument('example', nargs='*',
                   default=['01-two-hosts', '04-amf-cluster'])
    a = p.parse_args()
    passed = failed = 0
    for name in a.example:
        try:
            passed += one(name, os.path.abspath(a.bin), os.path.abspath(
                os.path.join(build, 'prop')), a.every)
        except Failure as e:
            failed += 1
            print('FAILED each_fails %s: %s' % (name, e))
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
