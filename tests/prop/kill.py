#!/usr/bin/env python3
"""X6: a run that is killed at any moment goes on where it was.

kill.py [--camprun P] [--campgen P] [--seeds A..B] [--kills N]: for each pair,
a run on the simulated cluster is killed (SIGKILL) at a random event, resumed
and killed again, until it completes. The end must be that of the undisturbed
run, and no action may end well twice.
"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import seeds
from seeds import need

HERE = os.path.dirname(os.path.abspath(__file__))


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
        return False  # equal, or refused: nothing to run
    state = os.path.join(folder, 'state')
    r = call(*begin(o, folder, campaign, source))
    need(r.returncode == 0, 'the undisturbed run ended with %d', r.returncode)
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
        need(r.returncode == 0, 'resume ended with %d: %s', r.returncode,
             r.stderr.decode()[-300:])
        need(model(o, folder) == want, 'another model after %d kills', times)
        twice = ended_twice(folder) if os.path.exists(events) else None
        need(twice is None, 'action %s ended twice', twice)
        r = call(o.camprun, 'rollback', '--state', state, '--yes')
        need(r.returncode == 0, 'rollback ended with %d', r.returncode)
        got = os.path.join(folder, 'model.xml')
        with open(got, 'wb') as f:
            f.write(model(o, folder))
        d = call(o.campgen, 'diff', '--severity=error', got, source)
        need(d.returncode == 0, 'rollback does not give the source')
    return True


def took(command, state):
    """How long an undisturbed run takes here."""
    shutil.rmtree(state)
    start = time.monotonic()
    call(*command)
    return time.monotonic() - start


def main():
    a = seeds.parser(__doc__, ('campgen', 'camprun'), '1..8')
    a.add_argument('--kills', type=int, default=2)
    o = a.parse_args()
    o.total = 0
    passed, failed = seeds.each('kill', one, o)
    if passed > 0 and o.total == 0:
        failed += 1
        print('FAILED kill: nothing was running when it was killed')
    if o.verbose:
        print('%d kills' % o.total)
    return seeds.total(passed, failed)


if __name__ == '__main__':
    sys.exit(main())
