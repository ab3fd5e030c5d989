#!/usr/bin/env python3
"""X6: camprun is stopped in every way there is and resumed: it comes to the end
it would have come to, and no action is finished twice. ROUNDS campaigns are
killed at random moments, several times each; half of them are committed then,
half rolled back, and killed in that too. Environment: BUILD, SEED, T as of all
tests.
"""
import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
BUILD = os.path.join(ROOT, os.environ.get('BUILD') or 'build')
STORY = os.path.join(ROOT, 'examples', '03-media-cluster')
CAMPRUN = os.path.join(BUILD, 'camprun')
CAMPGEN = os.path.join(BUILD, 'campgen')
TIMEOUT = 60


class Failure(Exception):
    pass


class Run:
    """One campaign and its state directory."""

    def __init__(self, folder):
        self.state = os.path.join(folder, 'state')
        self.events = os.path.join(folder, 'events')
        self.kills = 0
        self.policy = None

    def command(self, word):
        args = [CAMPRUN, word, '--state', self.state, '--yes']
        if word == 'run':
            args += [os.path.join(STORY, 'campaign.xml'), '--source',
                     os.path.join(STORY, 'source.xml'), '--driver=sim']
            args += ['-p', self.policy] if self.policy else []
        if word != 'model':
            args += ['--events', self.events]
        else:
            args.remove('--yes')
        return args

    def to_the_end(self, word, status=0, *more):
        r = subprocess.run(self.command(word) + list(more), text=True,
                           capture_output=True, timeout=TIMEOUT)
        if r.returncode != status:
            raise Failure('%s: exit status %d\n%s' % (word, r.returncode,
                                                      r.stderr[-2000:]))
        return r.stdout

    def killed_after(self, word, seconds):
        """True if it was killed, false if it had ended well before."""
        p = subprocess.Popen(self.command(word), stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True)
        try:
            _, err = p.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            p.kill()
            p.communicate()
            self.kills += 1
            return True
        if p.returncode != 0:
            raise Failure('%s: exit status %d\n%s' % (word, p.returncode,
                                                      err[-2000:]))
        return False

    def through_kills(self, word, moments):
        """The command, killed at these moments, then let through."""
        for seconds in moments:
            if not self.killed_after(word, seconds):
                return
            if os.path.exists(self.state):
                word = self.resume(word)
        self.to_the_end(word)

    def resume(self, word):
        """A command whose record did not get to the journal is given again;
        one that ended just before the kill is over."""
        if word in ('run', 'resume'):
            return 'resume'
        with open(os.path.join(self.state, 'journal')) as f:
            began = any(' note %s ' % word in line for line in f)
        return 'resume' if began else word

    def finished(self):
        """How often each action was finished, going forward less backward."""
        count = {}
        with open(os.path.join(self.state, 'journal')) as f:
            for line in f:
                w = line.split()
                if len(w) > 7 and w[3] == 'end' and w[7] == 'ok':
                    step = 1 if w[5] == 'forward' else -1
                    count[w[4]] = count.get(w[4], 0) + step
                    if count[w[4]] not in (0, 1):
                        raise Failure('action %s was finished twice' % w[4])
        return count

    def told(self):
        """Each record of an action was told once, in order, whole."""
        with open(os.path.join(self.state, 'journal')) as f:
            words = [line.split() for line in f]
        records = [(int(w[4]), w[5], int(w[6]), 'begun' if w[3] == 'begin'
                    else w[7]) for w in words
                   if len(w) > 7 and w[3] in ('begin', 'end')]
        with open(self.events) as f:
            events = [json.loads(line) for line in f]
        if records != [(e['seq'], e['phase'], e['attempt'], e['result'])
                       for e in events]:
            raise Failure('the journal and what was told of it differ')


def same_model(run, want, folder, what):
    path = os.path.join(folder, 'model.xml')
    with open(path, 'w') as f:
        f.write(run.to_the_end('model'))
    r = subprocess.run([CAMPGEN, 'diff', path, want], capture_output=True,
                       text=True, timeout=TIMEOUT)
    if r.returncode != 0:
        raise Failure('%s is another model:\n%s' % (what, r.stdout[:2000]))


def round_trip(folder, rng, takes, number):
    run = Run(folder)
    if number % 4 < 2:  # with a snapshot of all that is acted on
        run.policy = os.path.join(ROOT, 'tests', 'unit', 'snapshots.yaml')
    moments = [rng.uniform(0, takes) for _ in range(rng.randint(1, 3))]
    run.through_kills('run', moments)
    if not all(n == 1 for n in run.finished().values()):
        raise Failure('an action of the campaign was not finished')
    last = 'rollback' if number % 2 else 'commit'
    run.through_kills(last, [rng.uniform(0, takes)])
    same_model(run, os.path.join(STORY, 'source.xml' if number % 2 else
                                 'target.xml'), folder, 'the end of ' + last)
    run.finished()
    run.told()
    kept = os.path.join(run.state, 'sim', 'snapshots')
    if os.path.exists(kept) and os.listdir(kept):
        raise Failure('snapshots are left: %s' % os.listdir(kept))
    return run.kills


def stopped_at_the_last_action(folder, word):
    """As if killed between the last action and its record of having ended."""
    run = Run(folder)
    run.to_the_end('run')
    run.to_the_end(word)
    journal = os.path.join(run.state, 'journal')
    with open(journal, 'rb') as f:
        lines = f.readlines()
    while b' begin ' not in lines[-1]:
        del lines[-1]
    with open(journal, 'wb') as f:
        f.writelines(lines)
    run.to_the_end('resume')
    run.finished()
    same_model(run, os.path.join(STORY, 'source.xml' if word == 'rollback'
                                 else 'target.xml'), folder, word)


def cut_to_lines(path, n):
    with open(path, 'rb') as f:
        lines = f.readlines()
    with open(path, 'wb') as f:
        f.writelines(lines[:n])


def stopped_before_the_first_action(folder):
    """As if killed when the state directory had just got its name: nothing
    but the head is in the journal, and the cluster is as it was made."""
    run = Run(folder)
    run.to_the_end('run')
    cut_to_lines(os.path.join(run.state, 'journal'), 2)
    cut_to_lines(os.path.join(run.state, 'sim', 'cluster'), 1)
    run.to_the_end('resume')
    if not all(n == 1 for n in run.finished().values()):
        raise Failure('an action of the campaign was not finished')


def failed_and_mended(folder):
    """What failed for good is tried again by resume."""
    run = Run(folder)
    run.to_the_end('run', 4, '--fail=lock:*:99')
    run.to_the_end('resume', 4, '--fail=lock:*:99')
    run.to_the_end('resume')
    run.to_the_end('resume')  # it is over: that is said, and no failure
    run.to_the_end('rollback')
    same_model(run, os.path.join(STORY, 'source.xml'), folder, 'rollback')


def interrupted(folder):
    """Ctrl-C stops at the next safe point, and resume goes on."""
    run = Run(folder)
    p = subprocess.Popen(run.command('run'), stderr=subprocess.PIPE,
                         stdout=subprocess.DEVNULL, text=True)
    while p.poll() is None and not (os.path.exists(run.events) and
                                    os.path.getsize(run.events) > 0):
        time.sleep(0.001)
    p.send_signal(signal.SIGINT)
    _, err = p.communicate(timeout=TIMEOUT)
    if p.returncode not in (0, 5):  # it may have been through already
        raise Failure('interrupted: exit status %d\n%s' % (p.returncode, err))
    run.to_the_end('resume')
    run.to_the_end('commit')
    same_model(run, os.path.join(STORY, 'target.xml'), folder, 'commit')


def wait_for(what, p):
    """Until what() is true, or too long; the process must live on."""
    end = time.monotonic() + TIMEOUT
    while not what():
        if p.poll() is not None or time.monotonic() > end:
            p.kill()
            raise Failure('it did not come so far: %s' % p.communicate()[1])
        time.sleep(0.005)


def last_event(run):
    """What was told last: action, phase, result; nothing yet: None."""
    try:
        with open(run.events) as f:
            lines = f.read().split('\n')[:-1]
    except FileNotFoundError:
        return None
    if not lines:
        return None
    e = json.loads(lines[-1])
    return e['action'], e['phase'], e['result']


def given_up(folder):
    """Ctrl-C twice while an action hangs: it is given up and undone, and
    resume goes on. One signal after the other was heard, or they are one."""
    run = Run(folder)
    faults = os.path.join(folder, 'faults')
    heard = os.path.join(folder, 'heard')
    with open(faults, 'w') as f:
        f.write('delay 20ms lock:*:3\nhang instantiate:*\n')
    with open(heard, 'w') as err:
        p = subprocess.Popen(run.command('run') + ['--fault-file', faults],
                             stderr=err, stdout=subprocess.DEVNULL)
        try:
            wait_for(lambda: last_event(run) == ('instantiate', 'forward',
                                                 'begun'), p)
            p.send_signal(signal.SIGINT)
            wait_for(lambda: 'safe point' in open(heard).read(), p)
            p.send_signal(signal.SIGINT)
            p.wait(timeout=TIMEOUT)
        finally:
            p.kill()
    with open(heard) as f:
        text = f.read()
    if p.returncode != 5 or 'given up by the operator' not in text:
        raise Failure('given up: exit status %d\n%s' % (p.returncode, text))
    with open(run.events) as f:
        last = [json.loads(line) for line in f][-1]
    if last['phase'] != 'undo' or last['result'] != 'ok':
        raise Failure('the last event is no undo: %s' % last)
    run.to_the_end('resume')
    run.to_the_end('commit')
    same_model(run, os.path.join(STORY, 'target.xml'), folder, 'commit')


def goes_by_its_policy(folder):
    """What hangs is given up as the policy says, in later commands too; the
    run keeps it, and wants no other one."""
    run = Run(folder)
    policy, other, faults = (os.path.join(folder, name) for name in
                             ('policy', 'other', 'faults'))
    for path, text in ((policy, 'timeouts: [{max: 50ms}]\n'),
                       (other, 'timeouts: [{max: 60ms}]\n'),
                       (faults, 'hang terminate:*:99\n'
                        'hang rollback/terminate:*:1\n')):
        with open(path, 'w') as f:
            f.write(text)
    run.to_the_end('run', 4, '-p', policy, '--fault-file', faults)
    run.to_the_end('resume', 1, '-p', other)
    run.to_the_end('resume', 0, '-p', policy, '--fault-file=/dev/null')
    run.to_the_end('rollback', 0, '--fault-file', faults)
    same_model(run, os.path.join(STORY, 'source.xml'), folder, 'rollback')
    with open(run.events) as f:
        hung = [e for e in map(json.loads, f) if e['phase'] == 'rollback' and
                e['result'] == 'failed']
    if [e['action'] for e in hung] != ['terminate']:
        raise Failure('rollback: one terminate hangs, not %s' % hung)


def undisturbed(folder):
    """How long it takes when nobody kills it."""
    start = time.monotonic()
    Run(folder).to_the_end('run')
    return time.monotonic() - start


def cases(rounds, seed, takes):
    """Each is a name and a function of a folder that gives kills, or None."""
    for word in 'commit', 'rollback':
        yield word, lambda f, w=word: stopped_at_the_last_action(f, w)
    for case in (stopped_before_the_first_action, failed_and_mended,
                 interrupted, given_up, goes_by_its_policy):
        yield case.__name__, case
    for i in range(rounds):
        yield 'SEED=%d, round %d' % (seed, i), lambda f, n=i: round_trip(
            f, random.Random(seed * 1000 + n), takes, n)


def positive(text):
    n = int(text)
    if n < 1:
        raise ValueError
    return n


def arguments():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter,
        usage='%(prog)s [ROUNDS]')
    p.add_argument('rounds', metavar='ROUNDS', nargs='?', type=positive,
                   default=10, help='how many campaigns are killed (10)')
    return p.parse_args()


def main():
    rounds = arguments().rounds
    if (os.environ.get('T') or '') not in 'kill':
        print('0 passed, 0 failed')
        return 0
    passed = failed = kills = 0
    top = tempfile.mkdtemp()
    try:
        takes = undisturbed(top)
        for name, case in cases(rounds, int(os.environ.get('SEED') or 1),
                                takes):
            try:
                kills += case(tempfile.mkdtemp(dir=top)) or 0
                passed += 1
            except (Failure, subprocess.TimeoutExpired) as e:
                print('FAILED kill: %s: %s' % (name, e))
                failed += 1
    finally:
        shutil.rmtree(top)
    if kills == 0:
        print('FAILED kill: nothing was killed')
        failed += 1
    print('%d passed, %d failed' % (passed, failed))
    return failed > 0


sys.exit(main())
