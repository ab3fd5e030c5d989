#!/usr/bin/env python3
"""D1-D4: output of a command counts only if the machine below stayed the same.

Commands that move their machine, hang, flood, leave children, are missing or
are told to stop, under `camprun guard` with the drivers exec (the machine is
what a file says) and sim (a run that goes on meanwhile). Environment: BUILD.
"""
import json
import os
import signal
import subprocess
import sys
import time

import suite
from suite import (CAMPRUN, LIMIT, ROOT, Failure, Folder, check,
                   processes, wait_until)

STORY = os.path.join(ROOT, 'examples', '03-media-cluster')
VM = 'safEE=VMx2-M,safDomain=domain_1'
MOVED, LATE, FAILED, CANNOT, MISSING = 123, 124, 125, 126, 127


class Site(Folder):
    """A folder with a policy whose program says what the file machine has."""

    def __init__(self, folder):
        super().__init__(folder)
        self.write('identify', '#!/bin/sh\n[ -e %s/down ] && exit 7\n'
                   'exec cat %s/machine\n' % (self.folder, self.folder))
        self.write('policy.yaml', 'identify: [{program: [%s]}]\n' %
                   self.path('identify'))
        self.on('A')

    def read(self, *names):
        with open(self.path(*names)) as f:
            return f.read()

    def lines(self, *names):
        return [json.loads(line) for line in self.read(*names).splitlines()]

    def on(self, name):
        self.write('machine', 'serial=%s\ntype=T%s\n' % (name, name), 0o644)

    def args(self, *more, command=()):
        args = [CAMPRUN, 'guard', '--vm', VM, '--driver=exec', '-p',
                'policy.yaml', '--source', os.path.join(STORY, 'source.xml')]
        return args + list(more) + ['--'] + list(command)

    def guard(self, script, status, *more, stdin='', command=None):
        r = subprocess.run(
            self.args(*more, command=command or ['/bin/sh', '-c', script]),
            cwd=self.folder, input=stdin.encode(), capture_output=True,
            timeout=LIMIT)
        if r.returncode != status:
            raise Failure('%s: exit status %d, not %d: %s' % (
                script, r.returncode, status, r.stderr.decode()[-800:]))
        return r.stdout, r.stderr.decode()

    def word(self, word, status, *args, command=()):
        r = subprocess.run([CAMPRUN, 'guard', word] + list(args) + (
            ['--'] + list(command) if command else []), cwd=self.folder,
            text=True, capture_output=True, stdin=subprocess.DEVNULL,
            timeout=LIMIT)
        if r.returncode != status:
            raise Failure('%s: exit status %d, not %d: %s' % (
                word, r.returncode, status, r.stderr))
        return r.stdout if status == 0 else r.stderr


MOVE = 'printf "serial=%s\\ntype=T%s\\n" >machine; '


def move(to):
    return MOVE % (to, to)


def stays(site):
    """Nothing is changed for one that stays where it is."""
    for i in range(10):
        out, err = site.guard('echo out; echo err >&2; exit %d' % i, i)
        check((out, err) == (b'out\n', 'err\n'), (out, err))
    check(site.guard('kill -KILL $$', 128 + 9)[1] == '', 'a signal is told')
    big = site.guard('head -c 3000000 /dev/zero; echo end', 0)[0]
    check(big == b'\0' * 3000000 + b'end\n', 'three million bytes')
    check(site.guard('cat', 0, stdin='hello')[0] == b'hello', 'its input')
    check(site.guard('cat', 0, '--repeat=2', stdin='hello')[0] == b'hello',
          'its input, kept')
    check(not os.path.exists(site.path('guard')), 'nothing is left')


def moves(site):
    """Thrown away, told, and a status of its own."""
    out, err = site.guard('echo secret; echo secret >&2; ' + move('B'), MOVED,
                          '--events', 'ev', '--state', 'state')
    check(out == b'' and 'secret' not in err, 'it is thrown away')
    check('from serial A, type TA to serial B, type TB' in err, err)
    e = site.lines('ev')[0]
    check(e['result'] == 'inconsistent' and e['vm'] == VM and
          e['before'] == {'serial': 'A', 'type': 'TA'} and
          e['after'] == {'serial': 'B', 'type': 'TB'} and e['t'] > 0, e)
    check(site.lines('state', 'guard', 'moves') == [e], 'it is kept')


def again(site):
    """Repeated, at most as often as wished, with the same input."""
    script = 'cat; n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) >n; ' \
        'echo run $n; [ $n -ge %d ] || printf "serial=$n$n" >machine'
    out, err = site.guard(script % 2, 0, '--repeat=5', '--events', 'ev',
                          stdin='in\n')
    check(out == b'in\nrun 2\n', out)
    check(err.count('and it runs again') == 2, err)
    check([e['result'] for e in site.lines('ev')] == [
        'inconsistent', 'inconsistent', 'consistent'], 'three runs')
    os.unlink(site.path('n'))
    out, err = site.guard(script % 99, MOVED, '--repeat=3')
    check(out == b'' and site.read('n') == '4\n', 'four runs')


def there_and_back(site):
    """Where the system says which visit it is, away and back is a move."""
    back = 'printf "serial=A\\ntype=TA\\nvisit=%s\\n" >machine; '
    site.guard(back % 1, 0)  # nothing was said of visits before
    out, err = site.guard('echo x; ' + back % 1, 0)
    check(out == b'x\n', err)
    out, err = site.guard('echo x; ' + back % 2, MOVED, '--events', 'ev')
    check(out == b'' and 'from serial A, type TA and back' in err and
          '(visit 1, now 2)' in err, err)
    check(site.lines('ev')[0]['after'] == {
        'serial': 'A', 'type': 'TA', 'visit': '2'}, site.lines('ev'))


def unknown(site):
    """What nobody can vouch for is not shown; what cannot be guarded is not
    run."""
    out, err = site.guard('echo x; touch down', MOVED)
    check(out == b'' and 'does not run' in err, err)
    out, err = site.guard('touch ran', FAILED)
    check('does not run' in err and not os.path.exists(site.path('ran')), err)
    os.unlink(site.path('down'))
    site.write('identify', '#!/bin/sh\necho no hypervisor >&2; exit 1\n')
    out, err = site.guard('touch ran', FAILED)
    check('no hypervisor' in err and not os.path.exists(site.path('ran')),
          err)
    site.write('policy.yaml', 'identify: [{match: other, program: '
               '[/bin/true]}]\n')
    check('section identify' in site.guard('true', FAILED)[1], 'no rule')


def told(site):
    """Programs in their order: registered ones, then management."""
    site.write('regenerate', '#!/bin/sh\necho "$1 $CAMPRUN_VM '
               '$CAMPRUN_BEFORE $CAMPRUN_AFTER" >>told\n')
    site.write('notify', '#!/bin/sh\ncat >>told\n')
    site.write('broken', '#!/bin/sh\necho out of paper >&2; exit 5\n')
    state = ('--state', 'state')
    for name, match in ('b', '*VMx2*'), ('a', '*'), ('other', '*VMy*'):
        site.word('register', 0, name, *state, '--vm', match,
                  command=[site.path('regenerate'), name + ' "x\ny\\'])
    site.word('register', 0, 'c', *state, command=[site.path('broken')])
    err = site.guard(move('B'), MOVED, *state, '--notify',
                     site.path('notify'))[1]
    check('registered program c' in err and 'status 5: out of paper' in err,
          err)
    lines = site.read('told').splitlines()
    ids = ' %s {"serial":"A","type":"TA"} {"serial":"B","type":"TB"}' % VM
    check(lines[:4] == ['a "x', 'y\\' + ids, 'b "x', 'y\\' + ids], lines)
    check(json.loads(lines[4])['after']['serial'] == 'B', lines)
    check(len(lines) == 5, lines)


def alarmed(site):
    """Management hears over the policy's channels, also later."""
    site.write('take', '#!/bin/sh\ncat >>%s; echo >>%s\n' % (
        site.path('got'), site.path('got')))
    site.write('shut', '#!/bin/sh\n[ -e %s ]\n' % site.path('open'))
    rules = site.read('policy.yaml') + (
        'channels: [{name: desk, program: [%s]}, {name: door, program: '
        '[%s]}]\n' % (site.path('take'), site.path('shut')))

    def rule(text):
        site.write('policy.yaml', rules + 'alerts: [{%s}]\n' % text)

    def got():
        return [json.loads(x) for x in site.read('got').splitlines() if x]
    tmp = dict(os.environ, TMPDIR=site.path('tmp'))
    os.mkdir(site.path('tmp'))
    rule('events: [machine-*], to: [desk], match: "*VMx2-M*"')
    r = subprocess.run(site.args(command=['/bin/sh', '-c', move('B')]),
                       cwd=site.folder, env=tmp, timeout=LIMIT,
                       capture_output=True, text=True)
    check(r.returncode == MOVED, r)
    check(os.listdir(site.path('tmp')) == [], 'nothing is left')
    a = got()[0]
    check(a['event'] == 'machine-moved' and a['object'] == VM and
          'from serial A, type TA to serial B, type TB' in a['text'] and
          a['t'] > 0 and a['state'] == '', a)
    # What a channel does not take is kept, and the other not told again.
    rule('to: [desk, door]')
    state = ('--state', 'state')
    err = site.guard(move('C'), MOVED, *state)[1]
    check('1 alert is not told' in err, err)
    site.write('open', '')
    again = [CAMPRUN, 'alert', '--guard', 'state', '-p', 'policy.yaml']
    for _ in range(2):
        r = subprocess.run(again, cwd=site.folder, timeout=LIMIT,
                           capture_output=True, text=True)
        check(r.returncode == 0 and r.stderr == '', r)
    check(len(got()) == 2 and got()[1]['state'] == site.path('state'), got())
    # Who was told once, and whoever does not want to hear of it.
    rule('to: [desk], once: true')
    site.guard(move('D'), MOVED, *state)
    rule('to: [desk], match: "*VMy*"')
    site.guard(move('E'), MOVED, *state)
    rule('to: [desk], events: [gate-*]')
    site.guard(move('F'), MOVED, *state)
    check(len(got()) == 2, got())
    # What is wrong with the policy is located, by both.
    rule('to: [nobody]')
    check('policy.yaml:' in site.guard('touch ran', FAILED)[1], 'guard')
    r = subprocess.run(again, cwd=site.folder, timeout=LIMIT,
                       capture_output=True, text=True)
    check(r.returncode == 1 and 'policy.yaml:' in r.stderr, r)
    check(not os.path.exists(site.path('ran')), 'it was not run')


def signalled(site):
    """SIGHUP to the caller, once for each time."""
    site.write('caller', '#!/bin/sh\ntrap "echo hup >>hups" HUP\n"$@"\n'
               'status=$?\nsleep 0.1\nexit $status\n')
    r = subprocess.run([site.path('caller')] + site.args(
        '--signal=parent', command=['/bin/sh', '-c', move('B')]),
        cwd=site.folder, timeout=LIMIT, capture_output=True)
    check(r.returncode == MOVED, r)
    check(site.read('hups') == 'hup\n', 'one SIGHUP')


def registry(site):
    """Explicit, durable, whole."""
    state = ('--state', 'state')
    check(site.word('list', 0, *state) == '', 'none')
    site.word('register', 0, 'one', *state, command=['/bin/echo', 'a b', ''])
    site.word('register', 0, 'two', *state, '--vm', '*VM*',
              command=['/bin/true'])
    check('already' in site.word('register', 1, 'one', *state,
                                 command=['/bin/true']), 'twice')
    check(site.word('list', 0, *state) == 'one\t*\t/bin/echo a b \n'
          'two\t*VM*\t/bin/true\n', 'text')
    j = [json.loads(x) for x in site.word('list', 0, *state,
                                          '--format=json').splitlines()]
    check(j[0] == {'name': 'one', 'vm': '*', 'program': [
        '/bin/echo', 'a b', '']}, j)
    # What the power took while it was written is no registration.
    site.write('state/guard/programs/three.new', '*\n/bin')
    check(len(site.word('list', 0, *state).splitlines()) == 2, 'half')
    site.word('deregister', 0, 'one', *state)
    check('not registered' in site.word('deregister', 1, 'one', *state),
          'gone')
    site.write('state/guard/programs/two', '*\n/bin/rm\nchecksum=00000000\n')
    check('damaged' in site.word('list', 1, *state), 'damaged')
    check('damaged' in site.guard(move('B'), MOVED, *state)[1], 'damaged')
    site.word('deregister', 0, 'two', *state)
    site.word('register', 2, '../x', *state, command=['/bin/true'])
    site.word('register', 2, 'x', *state, command=['true'])
    site.word('register', 2, 'x', *state, command=['/nowhere'])
    site.word('register', 2, 'x', *state)
    site.word('register', 2, *state, command=['/bin/true'])
    site.word('list', 2)
    site.word('deregister', 2, *state)


def bounds(site):
    """It hangs, floods, closes what it says to, is missing."""
    began = time.monotonic()
    out, err = site.guard('trap "" TERM; echo x; sleep 1000', LATE,
                          '--timeout=300ms')
    check(out == b'' and 'longer' in err, err)
    check(time.monotonic() - began < 40, 'it is ended for good')
    out, err = site.guard('yes', FAILED, '--limit=1')
    check(out == b'' and '1 MiB' in err, err)
    out, err = site.guard('exec >&- 2>&-; sleep 0.2; exit 4', 4)
    check((out, err) == (b'', ''), 'closed')
    check(site.guard('', MISSING, command=['/nowhere/x'])[0] == b'', 'none')
    site.guard('', MISSING, command=['no-such-program'])
    site.write('plain', 'no program', 0o644)
    site.guard('', CANNOT, command=[site.path('plain')])
    r = subprocess.run(site.args(command=['/bin/echo', 'x']),
                       cwd=site.folder, stdout=open('/dev/full', 'w'),
                       stderr=subprocess.PIPE, text=True)
    check(r.returncode == FAILED and 'cannot write' in r.stderr, r)


def pids(mark):
    return [pid for pid, text in processes('environ') if mark in text]


def nobody_left(site):
    """What a command leaves is ended, and it with us."""
    name = 'GUARD_TEST=%s' % site.folder
    mark = name.encode() + b'\0'
    script = name + '; export GUARD_TEST; sleep 1000 & setsid sleep 1000 & '
    out, err = site.guard(script + 'echo done', 0)
    check(out == b'done\n' and pids(mark) == [], pids(mark))
    site.guard(script + 'wait', LATE, '--timeout=300ms')
    check(pids(mark) == [], pids(mark))
    p = subprocess.Popen(site.args(command=['env', name, 'sleep', '1000']),
                         cwd=site.folder, stderr=subprocess.DEVNULL)
    wait_until(lambda: pids(mark), 'it runs')
    p.kill()
    p.wait()
    wait_until(lambda: not pids(mark), 'it ends with us')


def passed_on(site):
    """Signals go to the command, which ends as it likes."""
    for sig, status in (signal.SIGTERM, 42), (signal.SIGINT, 43), \
            (signal.SIGUSR1, 44):
        if os.path.exists(site.path('ready')):
            os.unlink(site.path('ready'))
        p = subprocess.Popen(site.args('--repeat=9', command=[
            '/bin/sh', '-c', 'trap "echo term; exit 42" TERM; '
            'trap "exit 43" INT; trap "exit 44" USR1; touch ready; '
            'while :; do sleep 0.05; done']), cwd=site.folder,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL)
        wait_until(lambda: os.path.exists(site.path('ready')), 'ready')
        p.send_signal(sig)
        out = p.communicate(timeout=LIMIT)[0]
        check(p.returncode == status, (sig, p.returncode))
        check(out == (b'term\n' if status == 42 else b''), out)


def wrong(site):
    """The command line, the policy, the state."""
    def refused(status, *args, says=''):
        r = subprocess.run([CAMPRUN, 'guard'] + list(args), cwd=site.folder,
                           text=True, capture_output=True, timeout=LIMIT,
                           stdin=subprocess.DEVNULL)
        check(r.returncode == status and says in r.stderr and r.stdout == '',
              (args, r))
    source = os.path.join(STORY, 'source.xml')
    run = ('--', 'touch', 'ran')
    refused(2)
    refused(2, '--vm', VM, '--driver=sim', '--source', source)
    refused(2, '--vm', VM, '--driver=sim', *run, says='go together')
    refused(2, '--vm', VM, *run, says='which system')
    refused(2, '--vm', VM, '--driver=none', '--source', source, *run)
    refused(2, '--vm', VM, '--driver=sim', '--source', source, 'x', *run)
    refused(2, '--vm', VM, '--driver=sim', '--source', source,
            '--notify=x', *run)
    refused(2, '--vm', VM, '--driver=sim', '--source', source,
            '--signal=1', *run)
    refused(2, '--vm', VM, '--driver=sim', '--source', source,
            '--timeout=0s', *run)
    refused(FAILED, '--vm', 'safEE=VMx3-N,safDomain=domain_1',
            '--driver=sim', '--source', source, *run, says='did you mean')
    refused(FAILED, '--vm', VM, '--state', 'none', *run, says='J')
    refused(FAILED, '--vm', VM, '--driver=sim', '--source', 'none', *run)
    site.write('bad.yaml', 'identify: [{program: [x]}]\n')
    refused(FAILED, '--vm', VM, '--driver=exec', '--source', source, '-p',
            'bad.yaml', *run, says='bad.yaml:1')
    check(not os.path.exists(site.path('ran')), 'nothing was run')


def beside_a_run(site):
    """Of a simulated cluster that another process works on: what strays there
    is found here, without being in the way."""
    beside(site, 'stray', 'VMM2')


def beside_a_run_and_back(site):
    """The same of what is back when it is looked for."""
    beside(site, 'wander', 'and back')


def beside(site, kind, says):
    site.write('faults', '100%% delay 20ms *:*\n'
               '%s lock:*VMx2-M*:9\n' % kind)
    state = site.path('run')
    p = subprocess.Popen(
        [CAMPRUN, 'run', os.path.join(STORY, 'campaign.xml'), '--source',
         os.path.join(STORY, 'source.xml'), '--state', state, '--driver=sim',
         '--fault-file', site.path('faults'), '--yes'],
        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: os.path.exists(os.path.join(state, 'pid')), 'a run')
    script = 'while [ -e /proc/%d/exe ]; do sleep 0.05; done; echo x' % p.pid
    found = {}

    def guard(vm):
        found[vm] = subprocess.Popen(
            [CAMPRUN, 'guard', '--vm', vm, '--state', state, '--', '/bin/sh',
             '-c', script], stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    stays_put = 'safEE=VMx1-M,safDomain=domain_1'
    guard(VM)
    guard(stays_put)
    # Of two that are told at the same time each writes a file of its own.
    site.write('regenerate', '#!/bin/sh\ncat >%s.$$\n'
               'mv %s.$$ %s-$CAMPRUN_VM.$$\n' % (3 * (site.path('told'),)))
    site.word('register', 0, 'agent', '--state', state, '--vm', '*VMx2*',
              command=[site.path('regenerate')])
    check(p.wait(LIMIT) == 4, p.returncode)
    out, err = found[VM].communicate(timeout=LIMIT)
    check(found[VM].returncode == MOVED and out == '' and
          says in err, (found[VM].returncode, err))
    out, err = found[stays_put].communicate(timeout=LIMIT)
    check(found[stays_put].returncode == 0 and out == 'x\n', err)
    with open(os.path.join(state, 'guard', 'moves')) as f:
        kinds = ['command' in json.loads(line) for line in f]
    check(True in kinds and False in kinds, 'both are kept in one place')
    # What is registered ran for the guarded command, and for the campaign.

    def told():
        names = [n for n in os.listdir(site.folder) if n.startswith('told-')]
        check(all(n.startswith('told-%s.' % VM) for n in names), names)
        return ['command' in json.loads(site.read(n)) for n in names]
    wait_until(lambda: True in told() and False in told(), 'it is told')
    r = subprocess.run([CAMPRUN, 'rollback', '--state', state, '--yes'],
                       capture_output=True, text=True, timeout=LIMIT)
    check(r.returncode == 0, r.stderr)


CASES = [stays, moves, again, unknown, told, alarmed, signalled, registry, bounds,
         nobody_left, passed_on, wrong, there_and_back, beside_a_run,
         beside_a_run_and_back]


if __name__ == '__main__':
    sys.exit(suite.run('guard-', CASES, Site))
