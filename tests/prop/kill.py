#!/usr/bin/env python3
"""X6: a run that is killed at any moment goes on where it was.

kill.py [--camprun P] [--campgen P] [--seeds A..B] [--kills N]: for each pair,
a run on the simulated cluster is killed (SIGKILL) at a random event, resumed
and killed again, until it completes. The end must be that of the undisturbed
run, and no action may end well twice.
"""
import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def call(*command):
    return subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)


def killed(command, seconds):
    """Runs for so long, then kills; True if it was still running."""
    p = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    time.sleep(seconds)
    p.send_signal(signal.SIGKILL)
    return p.wait() == -signal.SIGKILL


def begin(o, folder, campaign, source):
    return [o.camprun, 'run', campaign, '--source', source, '--state',
            os.path.join(folder, 'state'), '--driver=sim', '--yes']


def resume(o, folder):
    return [o.camprun, 'resume', '--state', os.path.join(folder, 'state'),
            '--yes']


def model(o, folder):
    return call(o.camprun, 'model', '--state',
                os.path.join(folder, 'state')).stdout


def ended_twice(folder):
    """Actions that ended well forward more often than they were reversed."""
    good = {}
    with open(os.path.join(folder, 'events')) as f:
        for line in f:
            try:
                e = json.loads(line)
            except ValueError:
                continue  # torn by the kill
            if e['result'] != 'ok':
                continue
            n = good.get(e['seq'], 0) + (1 if e['phase'] == 'forward' else -1)
            if n > 1:
                return e['seq']
            good[e['seq']] = n
    return None


def one(o, seed, folder):
    rng = random.Random(seed)
    source, target = (os.path.join(folder, n + '.xml')
                      for n in ('source', 'target'))
    campaign = os.path.join(folder, 'campaign.xml')
    call(sys.executable, os.path.join(HERE, 'gen.py'), 'hard', str(seed),
         folder)
    call(o.campgen, source, target, '-o', campaign)
    if not os.path.exists(campaign):
        return None  # equal, or refused: nothing to run
    state = os.path.join(folder, 'state')
    r = call(*begin(o, folder, campaign, source))
    if r.returncode != 0:
        return 'the undisturbed run ended with %d' % r.returncode
    want = model(o, folder)
    span = took(begin(o, folder, campaign, source), state)
    for attempt in range(o.kills):
        shutil.rmtree(state, ignore_errors=True)
        events = os.path.join(folder, 'events')
        if os.path.exists(events):
            os.unlink(events)
        command, times = begin(o, folder, campaign, source), 0
        while killed(command + ['--events=' + events],
                     rng.uniform(0, span / 2)):
            times += 1
            command = resume(o, folder)
            if not os.path.exists(state):
                command = begin(o, folder, campaign, source)
            if times > 200:
                break  # each goes on a little; this is kills enough
        o.total += times
        r = call(*resume(o, folder), '--events=' + events)
        if r.returncode != 0:
            return 'resume ended with %d: %s' % (
                r.returncode, r.stderr.decode()[-300:])
        if model(o, folder) != want:
            return 'another model after %d kills' % times
        if os.path.exists(events) and ended_twice(folder) is not None:
            return 'action %d ended twice' % ended_twice(folder)
        r = call(o.camprun, 'rollback', '--state', state, '--yes')
        if r.returncode != 0:
            return 'rollback ended with %d' % r.returncode
        got = os.path.join(folder, 'model.xml')
        with open(got, 'wb') as f:
            f.write(model(o, folder))
        d = call(o.campgen, 'diff', '--severity=error', got, source)
        if d.returncode != 0:
            return 'rollback does not give the source'
    return ''


def took(command, state):
    """How long an undisturbed run takes here."""
    shutil.rmtree(state)
    start = time.monotonic()
    call(*command)
    return time.monotonic() - start


def main():
    build = os.path.join(ROOT, os.environ.get('BUILD', 'build'))
    a = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    a.add_argument('--campgen', default=os.path.join(build, 'campgen'))
    a.add_argument('--camprun', default=os.path.join(build, 'camprun'))
    a.add_argument('--seeds', default='1..8')
    a.add_argument('--kills', type=int, default=2)
    o = a.parse_args()
    low, high = (int(x) for x in o.seeds.split('..'))
    passed = failed = o.total = 0
    for seed in range(low, high + 1):
        folder = os.path.join(build, 'kill', str(seed))
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        why = one(o, seed, folder)
        if why is None:
            continue
        if why:
            failed += 1
            print('FAILED kill %d: SEED=%d (%s): %s' % (seed, seed, folder,
                                                        why))
        else:
            passed += 1
    if passed > 0 and o.total == 0:
        failed += 1
        print('FAILED kill: nothing was running when it was killed')
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
