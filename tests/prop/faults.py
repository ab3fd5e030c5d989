#!/usr/bin/env python3
"""T13, X6: whatever fails, is left half done, takes long or hangs, a run comes
to a state that it names, and from there to the target or back to the source.

faults.py [--camprun P] [--campgen P] [--seeds A..B]: generated pairs are run
on a simulated cluster with faults by chance; what stops is resumed under other
faults, then without any. The same seed must give the same events.
"""
import json
import os
import random
import shutil
import subprocess
import sys

import seeds
from seeds import Failure

HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT = 120

FAULTS = '''# whatever there is, anywhere
3% fail *:*
3% half *:*
1% hang *:*
5% delay 1ms *:*
2% fail undo/*:*
1% hang undo/*:*
2% half rollback/*:*
2% fail rollback/*:*
'''
POLICY = 'timeouts: [{max: 4ms}]\n'


class Run:
    def __init__(self, o, folder):
        self.o, self.folder = o, folder
        self.state = self.path('state')

    def path(self, name):
        return os.path.join(self.folder, name)

    def call(self, *command):
        return subprocess.run(command, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=TIMEOUT,
                              stdin=subprocess.DEVNULL, text=True)

    def command(self, word, *more, may=(0, 4, 5)):
        """Its exit status, one of those it may have."""
        args = [self.o.camprun, word, '--state', self.state, '--yes',
                '--events', self.path('events')] + list(more)
        if word == 'run':
            args += [self.path('campaign.xml'), '--source',
                     self.path('source.xml'), '--driver=sim', '-p',
                     self.path('policy')]
        r = self.call(*args)
        if r.returncode not in may:
            raise Failure('%s %s: exit status %d: %s' % (
                word, ' '.join(more), r.returncode, r.stderr[-1500:]))
        return r.returncode

    def with_faults(self, word, seed):
        return self.command(word, '--fault-file', self.path('faults'),
                            '--seed', str(seed))

    def is_model(self, name):
        with open(self.path('model.xml'), 'w') as f:
            f.write(self.call(self.o.camprun, 'model', '--state',
                              self.state).stdout)
        r = self.call(self.o.campgen, 'diff', '--severity=error',
                      self.path('model.xml'), self.path(name))
        if r.returncode != 0:
            raise Failure('the model is not the %s: %s' % (
                name, r.stdout[-800:]))

    def events(self):
        with open(self.path('events')) as f:
            all_of_them = [json.loads(line) for line in f]
        for e in all_of_them:
            del e['t']
        return all_of_them


def prepare(o, run, seed):
    """False: there is nothing to run."""
    run.call(sys.executable, os.path.join(HERE, 'gen.py'), 'hard', str(seed),
             run.folder)
    run.call(o.campgen, run.path('source.xml'), run.path('target.xml'),
             '-o', run.path('campaign.xml'))
    for name, text in ('faults', FAULTS), ('policy', POLICY):
        with open(run.path(name), 'w') as f:
            f.write(text)
    return os.path.exists(run.path('campaign.xml'))


def to_an_end(o, run, rng):
    """Resumed and rolled back as it comes; then without faults."""
    status = run.with_faults('run', rng.randrange(1, 10**6))
    for _ in range(rng.randrange(4)):
        if status not in (4, 5):
            break
        o.stops += 1
        word = rng.choice(('resume', 'resume', 'rollback'))
        status = run.with_faults(word, rng.randrange(1, 10**6))
    status = run.command('resume')
    if status == 5:  # an undo failed: only the backup helps
        o.backups += 1
        status = run.command('rollback', may=(0,))
    if status != 0:
        raise Failure('without faults it ends with %d' % status)
    state = run.call(o.camprun, 'status', '--state', run.state).stdout
    if 'EXECUTION_COMPLETED' in state:
        run.command('commit', may=(0,))
        state = run.call(o.camprun, 'status', '--state', run.state).stdout
    run.is_model('target.xml' if 'CAMPAIGN_COMMITTED' in state else
                 'source.xml')


def one(o, seed, folder):
    run = Run(o, folder)
    if not prepare(o, run, seed):
        return False
    for turn in range(o.turns):
        shutil.rmtree(run.state, ignore_errors=True)
        to_an_end(o, run, random.Random(seed * 100 + turn))
    told = []
    for _ in range(2):
        shutil.rmtree(run.state)
        run.with_faults('run', seed)
        told.append(run.events())
    if told[0] != told[1]:
        raise Failure('the same seed gives other events')
    o.failed += sum(e['result'] == 'failed' for e in told[0])
    return True


def main():
    a = seeds.parser(__doc__, ('campgen', 'camprun'), '1..10')
    a.add_argument('--turns', type=int, default=3)
    o = a.parse_args()
    if not seeds.wanted('faults'):
        return 0
    o.stops = o.backups = o.failed = 0
    passed, failed = seeds.each('faults', one, o)
    if passed > 0 and (o.stops == 0 or o.failed == 0):
        failed += 1
        print('FAILED faults: nothing ever failed')
    if o.verbose:
        print('%d stops, %d backups, %d failed actions' % (
            o.stops, o.backups, o.failed))
    return seeds.total(passed, failed)


if __name__ == '__main__':
    sys.exit(main())
