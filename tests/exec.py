#!/usr/bin/env python3
"""X6, U4, U6: the driver exec runs real programs, among them dpkg with a package
that refuses to be configured, and programs that hang, flood, fork away, are
missing, or run while camprun is killed. Environment: BUILD, T as of all tests.
"""
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time

import suite
from suite import (BUILD, CAMPRUN, LIMIT, ROOT, Failure, Folder, check,
                   has_terminal, processes, wait_until)

STORY = os.path.join(ROOT, 'examples', '05-dpkg')


def kill(pid):
    """One that has ended meanwhile is as good as killed."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


class Site(Folder):
    """A copy of the story in a folder of its own, and what runs in it."""

    def __init__(self, folder):
        super().__init__(folder)
        for name in os.listdir(STORY):
            shutil.copy(os.path.join(STORY, name), self.folder)
        self.events = self.path('events')

    def read(self, *names):
        with open(self.path(*names), errors='replace') as f:
            return f.read()

    def policy(self, rules, more=''):
        """Rules in front of those that do nothing."""
        nothing = ''.join('  - {action: %s, program: []}\n' % a for a in (
            'instantiate', 'terminate', 'restart', 'migrate'))
        self.write('policy.yaml', 'exec:\n' + rules + nothing + more)

    def script(self, text, action='offline-install', more='', top=''):
        """One program for one action on one host; it does nothing about the
        old software, which comes back when the action is undone."""
        self.write('p.sh', '#!/bin/sh\n[ "${CAMPRUN_BUNDLE%_2}" != '
                   '"$CAMPRUN_BUNDLE" ] || exit 0\n' + text)
        self.policy('  - match: "*host2*"\n    action: %s\n'
                    '    program: [%s]\n%s' % (action, self.path('p.sh'),
                                               more), top)

    def args(self, word, *more):
        args = [CAMPRUN, word, '--state', self.path('state')]
        if word != 'check':
            args += ['--yes']
        if word in ('run', 'check'):
            args += ['campaign.xml', '--source', 'source.yaml',
                     '--driver=exec', '-p', 'policy.yaml']
        return args + list(more)

    def run(self, word, status, *more):
        r = subprocess.run(self.args(word, *more), cwd=self.folder, text=True,
                           capture_output=True, timeout=LIMIT)
        if r.returncode != status:
            raise Failure('%s: exit status %d, not %d\n%s' % (
                word, r.returncode, status, r.stderr[-2000:]))
        return r.stderr

    def begin(self, word, *more):
        """What it says goes to the file said."""
        with open(self.path('said'), 'w') as said:
            return subprocess.Popen(self.args(word, *more), cwd=self.folder,
                                    stdout=subprocess.DEVNULL, stderr=said)

    def programs(self):
        """Processes that were started here: their environment says so."""
        mark = ('CAMPRUN_STATE=%s\0' % self.path('state')).encode()
        return [pid for pid, text in processes('environ') if mark in text]

    def close(self):
        for pid in self.programs():
            kill(pid)

    def none_left(self):
        wait_until(lambda: not self.programs(), 'all programs are gone')

    def status(self):
        return subprocess.run([CAMPRUN, 'status', '--state', self.path(
            'state')], capture_output=True, text=True, timeout=LIMIT).stdout

    def version(self, host):
        return self.read('site', host, 'etc', 'collector.conf').strip()[-1]

    def log(self):
        return ''.join(self.read('state', 'exec', n) for n in sorted(
            os.listdir(self.path('state', 'exec'))) if n.startswith('order-'))

    def real(self):
        """Two hosts with dpkg."""
        subprocess.run(['sh', 'site.sh'], cwd=self.folder, check=True,
                       timeout=LIMIT)
        shutil.copy(os.path.join(STORY, 'policy.yaml'), self.folder)

    def is_now(self, one, two):
        check((self.version('host1'), self.version('host2')) == (one, two),
              'the hosts have versions %s and %s' % (self.version('host1'),
                                                     self.version('host2')))
        for host in 'host1', 'host2':
            check(os.path.exists(self.path('site', host, 'up')),
                  host + ' is down')


# --- dpkg ---

def dpkg_there_and_back(s):
    s.real()
    s.run('run', 0)
    s.is_now('2', '2')
    s.run('rollback', 0)
    s.is_now('1', '1')


def dpkg_refuses_then_resume(s):
    s.real()
    open(s.path('site', 'host2', 'refuse'), 'w').close()
    said = s.run('run', 4)
    check('post-installation script' in said, 'no word of the script: ' + said)
    s.is_now('2', '1')
    check('this host refuses' in s.log(), 'the log lacks what it said')
    os.remove(s.path('site', 'host2', 'refuse'))
    s.run('resume', 0)
    s.is_now('2', '2')


def dpkg_refuses_then_rollback(s):
    s.real()
    open(s.path('site', 'host2', 'refuse'), 'w').close()
    s.run('run', 4)
    s.run('rollback', 0)
    s.is_now('1', '1')


def dpkg_rehearsal(s):
    s.real()
    said = s.run('run', 0, '--rehearse')
    check('the rehearsal went well' in said, said)
    s.is_now('1', '1')
    check('collector (2)' in s.log(), 'version 2 was never installed')
    s.run('resume', 0)
    s.is_now('1', '1')


def dpkg_rehearsal_that_fails(s):
    s.real()
    open(s.path('site', 'host2', 'refuse'), 'w').close()
    said = s.run('run', 4, '--rehearse')
    check('the rehearsal failed: ' in said, said)
    s.is_now('1', '1')


def killed_in_a_rehearsal(s):
    s.script(SLOW % (s.path('starts'), s.path('go'), 0))
    p = s.begin('run', '--rehearse')
    wait_until(lambda: os.path.exists(s.path('starts')), 'it starts')
    p.kill()
    p.wait()
    open(s.path('go'), 'w').close()
    said = s.run('resume', 0)
    check('the rehearsal went well' in said, said)


def dpkg_host_is_down(s):
    s.real()
    os.remove(s.path('site', 'host1', 'up'))
    said = s.run('run', 1)
    check('"safEE=host1,safDomain=site" does not run' in said, said)
    check(not os.path.exists(s.path('state')), 'something was begun')


def dpkg_check_tells_all(s):
    """Nothing is touched, and everything that is wrong is told at once."""
    s.real()
    said = s.run('check', 0)
    check('nothing was found that speaks against it' in said, said)
    os.remove(s.path('site', 'host1', 'up'))
    with open(s.path('policy.yaml')) as f:
        text = f.read()
    s.write('policy.yaml', text.replace('action: terminate\n    program: '
                                        '[/bin/sh',
                                        'action: terminate\n    program: '
                                        '[/no/such'))
    said = s.run('check', 1, '--expect=0', '--within=1s')
    for what in ['"safEE=host1,safDomain=site" does not run', '/no/such',
                 'not the approved one', 'no longer than 1 s']:
        check(what in said, what + ' is not in ' + said)
    check(not os.path.exists(s.path('state')), 'something was begun')
    check(not os.path.exists(s.path('state.prepare')), 'something is left')


# --- killed while a program runs ---

SLOW = 'echo x >>"%s"\nwhile [ ! -e "%s" ]; do sleep 0.02; done\nexit %d\n'


def killed(s, status):
    """Is killed while its program runs; that goes on, and ends so."""
    s.script(SLOW % (s.path('starts'), s.path('go'), status))
    p = s.begin('run')
    wait_until(lambda: os.path.exists(s.path('starts')), 'it starts')
    p.kill()
    p.wait()
    time.sleep(0.05)
    check(s.programs(), 'the program died with camprun')


def killed_and_program_ends_well(s):
    killed(s, 0)
    open(s.path('go'), 'w').close()
    s.run('resume', 0)
    check(s.read('starts') == 'x\n', 'it was started again')
    s.none_left()


def killed_and_resumed_while_it_runs(s):
    killed(s, 0)
    p = s.begin('resume')
    time.sleep(0.3)
    check(p.poll() is None, 'it did not wait for the program')
    open(s.path('go'), 'w').close()
    check(p.wait(LIMIT) == 0, 'exit status %d' % p.returncode)
    check(s.read('starts') == 'x\n', 'it was started again')


def killed_and_program_fails(s):
    killed(s, 1)
    open(s.path('go'), 'w').close()
    s.none_left()
    r = subprocess.run(s.args('resume'), cwd=s.folder, capture_output=True,
                       text=True, timeout=LIMIT)
    # Nobody knows how much it did: it is reversed, and tried again.
    check(r.returncode in (0, 4), r.stderr)
    check(s.read('starts') == 'x\nx\n', 'starts: ' + s.read('starts'))


def killed_with_its_keeper(s):
    killed(s, 0)
    with open(s.path('state', 'exec', 'order')) as f:
        keeper = int(f.read().split()[6])
    kill(keeper)
    for pid in s.programs():
        kill(pid)
    s.none_left()
    open(s.path('go'), 'w').close()
    s.run('resume', 0)


# --- programs that do not behave ---

def ignores_sigterm(s):
    s.script('trap "" TERM\nwhile :; do sleep 0.05; done\n',
             more='    grace: 100ms\n', top='timeouts:\n'
             '  - {action: offline-install, max: 2s}\n')
    said = s.run('run', 4)
    check('took longer than 2.000 s' in said, said)
    s.none_left()


def forks_away(s):
    s.script('(trap "" TERM; setsid sh -c \'trap "" TERM; while :; do sleep '
             '0.05; done\') &\nsleep 60\n', more='    grace: 100ms\n',
             top='timeouts:\n  - {action: offline-install, max: 2s}\n')
    s.run('run', 4)
    s.none_left()


def leaves_a_service(s):
    s.script('setsid sleep 60 >/dev/null 2>&1 &\necho started\n')
    s.run('run', 0)
    wait_until(lambda: len(s.programs()) == 1, 'the service it started')
    kill(s.programs()[0])


def leaves_one_that_holds_its_output(s):
    s.script('sleep 60 &\n')
    s.run('run', 0)
    for pid in s.programs():
        kill(pid)


def prints_without_end(s):
    s.script('head -c 100000000 /dev/zero | tr "\\0" y\necho; echo the end\n'
             'exit 3\n')
    said = s.run('run', 4)
    check('the end' in said, 'its last words are missing')
    for name in os.listdir(s.path('state', 'exec')):
        n = os.path.getsize(s.path('state', 'exec', name))
        check(n < 66000, '%s has %d bytes' % (name, n))
    check('bytes left out' in s.log(), 'the log does not say what it lacks')


def closes_its_output(s):
    s.script('exec >&- 2>&-\nsleep 0.1\nexit 0\n')
    s.run('run', 0)


def is_missing(s):
    s.policy('  - {action: offline-install, program: [/no/such/program]}\n')
    said = s.run('run', 1)
    check('needs a program that cannot be run: /no/such/program' in said, said)
    check(not os.path.exists(s.path('state')), 'something was begun')


def is_no_program(s):
    s.script('exit 0\n')
    os.chmod(s.path('p.sh'), 0o644)
    said = s.run('run', 1)
    check('cannot be run' in said, said)


def vanishes_meanwhile(s):
    s.script('exit 0\n')
    s.write('q.sh', '#!/bin/sh\nrm -f %s\n' % s.path('p.sh'))
    s.policy('  - {match: "*host1*", action: offline-install, program: [%s]}\n'
             '  - {match: "*host2*", action: offline-install, program: [%s]}\n'
             % (s.path('q.sh'), s.path('p.sh')))
    said = s.run('run', 5)
    check('cannot start' in said and 'No such file' in said, said)


def nobody_does_it(s):
    s.write('policy.yaml', 'exec:\n  - {action: instantiate, program: []}\n')
    said = s.run('run', 1)
    check('no rule of the policy\'s section exec says which program does '
          'terminate' in said, said)


def killed_by_a_signal(s):
    s.script('kill -SEGV $$\n')
    said = s.run('run', 4)
    check('was killed by signal 11' in said, said)


def other_statuses_are_good(s):
    s.script('exit 9\n', more='    success: [0, 9]\n')
    s.run('run', 0)


# --- what programs are given ---

def surroundings(s):
    s.script('cat >"$OUT"; echo "stdin ended" >>"$OUT"\n'
             'for f in /proc/$$/fd/*; do\n[ ! -e "$f" ] || '
             'echo "fd ${f##*/}" >>"$OUT"; done\n'
             'grep -E "^(SigBlk|SigIgn):" /proc/self/status >>"$OUT"\n'
             'cut -d" " -f1,5,6 /proc/$$/stat >>"$OUT"\nenv >>"$OUT"\n',
             more='    environment: ["OUT=%s"]\n' % s.path('out'))
    os.environ['CAMPRUN_TEST_LEAK'] = 'yes'
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    s.run('run', 0)
    out = s.read('out')
    check('stdin ended' in out, out)
    fds = set(re.findall('fd ([0-9]+)', out)) - {'255', '10'}
    check(fds == {'0', '1', '2'}, 'open files: %s' % sorted(fds))
    # 32 and 33 are the C library's own, which nobody can set.
    check(all(int(m, 16) & ~0x180000000 == 0 for m in re.findall(
        '(?m)^Sig...:\t([0-9a-f]+)$', out)) and out.count('\nSig') == 2,
          'signals are not as by default: ' + out)
    m = re.search('(?m)^([0-9]+) ([0-9]+) ([0-9]+)$', out)
    check(m and m[1] == m[2] == m[3], 'it leads no session of its own')
    check('CAMPRUN_TEST_LEAK' not in out, 'the environment leaks')
    for want in ('CAMPRUN_ACTION=offline-install',
                 'CAMPRUN_ENTITY=safEE=host2,safDomain=site',
                 'CAMPRUN_BUNDLE=safSmfBundle=collector_2',
                 'CAMPRUN_DIRECTION=forward', 'CAMPRUN_ATTEMPT=1'):
        check('\n%s\n' % want in out, 'not there: ' + want)


def words_are_words(s):
    s.write('p.sh', '#!/bin/sh\nfor w; do echo "[$w]"; done >"$OUT"\n')
    s.policy('  - action: offline-install\n    program: [%s, "a b", "$(id)", '
             '"it\'s", "", "*", "%%{entity.rdn}-%%{bundle.rdn}", '
             '"%%{entity.saPlmEEType}", "100%%"]\n'
             '    environment: ["OUT=%s"]\n' % (s.path('p.sh'), s.path('out')))
    s.run('run', 0)
    check(s.read('out') == '[a b]\n[$(id)]\n[it\'s]\n[]\n[*]\n'
          '[host2-collector_2]\n[safVersion=2,safEEType=os]\n[100%]\n',
          s.read('out'))


def run_on_goes_in_front(s):
    s.write('on.sh', '#!/bin/sh\necho "on $1" >>"%s"\nshift\nexec "$@"\n' %
            s.path('out'))
    s.script('echo "ran $CAMPRUN_ENTITY" >>"%s"\n' % s.path('out'),
             top='run-on:\n  - {match: "*host2*", program: [%s, '
             '"%%{on.rdn}"]}\n' % s.path('on.sh'))
    s.run('run', 0)
    check(s.read('out') == 'on host2\nran safEE=host2,safDomain=site\n',
          s.read('out'))


def run_on_goes_through_a_shell(s):
    """As ssh does it: words are joined, and a shell takes them apart."""
    s.write('ssh', '#!/bin/sh\necho "to $1" >>"%s"\nshift\n'
            'exec env -i PATH=/usr/bin:/bin /bin/sh -c "$*"\n' % s.path('out'))
    s.write('p.sh', '#!/bin/sh\n[ "${CAMPRUN_BUNDLE%%_2}" != '
            '"$CAMPRUN_BUNDLE" ] || exit 0\n(for w; do echo "[$w]"; done; '
            'echo "$SAID $PATH $CAMPRUN_ENTITY") >>"%s"\n' % s.path('out'))
    os.environ['PATH'] += ':/of/this/place'
    s.policy('  - match: "*host2*"\n    action: offline-install\n'
             '    program: [%s, "a b", "$(id)", "it\'s", "", "*", '
             '"%%{place.rdn}"]\n    environment: ["SAID=it\'s `so` $HOME"]\n'
             '  - {action: offline-install, program: []}\n' % s.path('p.sh'),
             'run-on:\n  - {match: "*host2*", program: [%s, "%%{on.rdn}"], '
             'shell: true}\n' % s.path('ssh'))
    s.run('run', 0)
    check(s.read('out') == "to host2\n[a b]\n[$(id)]\n[it's]\n[]\n[*]\n"
          "[host2]\nit's `so` $HOME /usr/bin:/bin "
          "safEE=host2,safDomain=site\n", s.read('out'))


AGENT = '''#!/bin/sh
echo "$1 $OCF_RESOURCE_INSTANCE $OCF_RESKEY_config $OCF_RESOURCE_PROVIDER" \
    "$OCF_RESOURCE_TYPE $OCF_RESKEY_CRM_meta_timeout" >>"%s"
case $1 in
start) : >"%s/$OCF_RESOURCE_INSTANCE" ;;
stop) rm -f "%s/$OCF_RESOURCE_INSTANCE" ;;
monitor) [ -e "%s/$OCF_RESOURCE_INSTANCE" ] || exit 7 ;;
*) exit 3 ;;
esac
'''


def agent(s, more):
    folder = s.path('ocf', 'resource.d', 'own')
    os.makedirs(folder)
    os.mkdir(s.path('up'))
    s.write(os.path.join(folder, 'Host'), AGENT % ((s.path('out'),) + (
        s.path('up'),) * 3))
    s.write('policy.yaml', 'exec:\n  - agent: ocf:own:Host\n'
            '    environment: ["OCF_ROOT=%s"]\n'
            '    parameters: ["config=/etc/%%{entity.rdn}.xml"]\n%s'
            'timeouts:\n  - {max: 20s}\n' % (s.path('ocf'), more))


def ocf_agent(s):
    agent(s, '    compare: true\n')
    for host in 'host1', 'host2':
        open(s.path('up', host), 'w').close()
    s.run('run', 0)
    check(re.fullmatch('(monitor|stop|start) host1 /etc/host1.xml own Host '
                       '[0-9]+', s.read('out').split('\n')[0]), s.read('out'))
    check([line.split()[:2] for line in s.read('out').splitlines()] == [
        [a, h] for a, h in (('monitor', 'host1'), ('monitor', 'host2'),
                            ('stop', 'host1'), ('start', 'host1'),
                            ('stop', 'host2'), ('start', 'host2'))],
        s.read('out'))
    check(sorted(os.listdir(s.path('up'))) == ['host1', 'host2'], 'one is down')


def ocf_agent_says_what_runs(s):
    agent(s, '    compare: true\n')
    open(s.path('up', 'host1'), 'w').close()
    said = s.run('run', 1)
    check('"safEE=host2,safDomain=site" does not run' in said, said)


def what_is_missing_is_named_before(s):
    s.script('exit 0\n', more='    check: [/usr/bin/test, -r, "%s"]\n' %
             s.path('%{entity.rdn}-%{bundle.rdn}'))
    said = s.run('run', 1)
    check('"safEE=host2,safDomain=site" is not ready for offline-install of '
          '"safSmfBundle=collector_2"' in said, said)
    check('nothing was touched' in said and not os.path.exists(
        s.path('state', 'journal')), said)
    s.write('host2-collector_2', '')
    s.run('run', 0)


# --- the campaign's own commands and callbacks ---

COMMAND = """<campInitAction>
      <doCliCommand command="%s" args="do it"/>
      <undoCliCommand command="file://%s" args="undo it"/>
      <plmExecEnv plmExecEnviron="safEE=host1,safDomain=site"/>
    </campInitAction>
    <campInitAction>
      <callback callbackLabel="told" stringToPass="x" time="%d"/>
    </campInitAction>
"""


def with_command(s, time_ns):
    """A campaign that begins with a command and a callback."""
    text = s.read('campaign.xml')
    end = '  </campaignInitialization>'
    check(text.count(end) == 1, 'the campaign is not as it was')
    p = s.path('c.sh')
    s.write('c.sh', '#!/bin/sh\necho "[$1] $# $CAMPRUN_CALLBACK" >>"%s"\n'
            '[ ! -e "%s" ]\n' % (s.path('out'), s.path('bad')))
    s.write('campaign.xml', text.replace(end, COMMAND % (p, p, time_ns) + end),
            0o644)
    s.policy('  - {action: offline-install, program: []}\n', 'callbacks:\n'
             '  - {label: told, answer: run, program: [%s, "%%{direction}"]}\n'
             % p)


def commands_are_run(s):
    with_command(s, 10000000000)
    s.run('run', 0)
    s.run('rollback', 0)
    check(s.read('out') == '[do it] 1 \n[forward] 1 told\n[rollback] 1 told\n'
          '[undo it] 1 \n', s.read('out'))


def commands_that_fail(s):
    with_command(s, 10000000000)
    open(s.path('bad'), 'w').close()
    s.run('run', 5)
    check(s.read('out').startswith('[do it] 1 \n'), s.read('out'))


def notices_are_run(s):
    with_command(s, 0)
    s.run('run', 0)
    wait_until(lambda: 'told' in s.read('out'), 'the notice is run')


def with_tests(s, more=''):
    with_command(s, 10000000000)
    os.mkdir(s.path('tests.d'))
    for name, status in ('20-good', 0), ('10-first', 0), ('30-other', 77):
        s.write(os.path.join('tests.d', name), '#!/bin/sh\necho %s $(wc -l '
                '<"$CAMPRUN_TOUCHED") >>%s\nexit %d\n' % (name, s.path(
                    'tested'), status))
    s.write('tests.d/README', 'no program', 0o644)
    s.policy('  - {action: offline-install, program: []}\n', 'callbacks:\n'
             '  - {label: "gate:*", answer: run, phase: forward, tests: %s%s}\n'
             % (s.path('tests.d'), more))
    gate = s.read('campaign.xml').replace('"told"', '"other"')
    s.write('campaign.xml', gate.replace(
        '</outageInfo>\n', '</outageInfo>\n    <procInitAction><callback '
        'callbackLabel="gate:one" time="9000000000"/></procInitAction>\n',
        1), 0o644)


def a_folder_of_tests(s):
    with_tests(s)
    s.run('run', 0)
    check(s.read('tested') == '10-first 2\n20-good 2\n30-other 2\n',
          s.read('tested'))
    check(s.read('state', 'exec', 'touched') == ''.join(
        'safEE=host%d,safDomain=site\n' % i for i in (1, 2)), 'touched')


def a_test_that_fails(s):
    with_tests(s)
    s.write('tests.d/15-bad', '#!/bin/sh\necho not ready\nexit 1\n')
    said = s.run('run', 4)
    check('15-bad" ended with status 1: not ready' in said, said)
    check(s.read('tested').startswith('10-first 2\n10-first'),
          s.read('tested'))
    os.remove(s.path('tests.d/15-bad'))
    s.run('resume', 0)


def a_test_that_may_fail(s):
    with_tests(s, ', may-fail: true')
    s.write('tests.d/15-bad', '#!/bin/sh\nexit 1\n')
    said = s.run('run', 0)
    check('1 that may fail did: "gate:one"' in said, said)


def no_folder_of_tests(s):
    with_tests(s)
    shutil.rmtree(s.path('tests.d'))
    said = s.run('run', 1)
    check('cannot read the tests in' in said, said)


def at_a_terminal(s, word, answers):
    """The exit status, and what was on the screen."""
    args = [a for a in s.args(word) if a != '--yes']
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(s.folder)
        os.execv(args[0], args)
    screen = b''
    for answer in answers + [b'']:
        while b'[yes/no] ' not in screen.split(b'<<')[-1]:
            try:
                got = os.read(fd, 4096)
            except OSError:
                got = b''
            if not got:
                break
            screen += got
        if answer:
            os.write(fd, answer + b'\n')
            screen += b'<<'
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), screen.decode()


def a_gate_asks(s):
    with_tests(s)
    s.policy('  - {action: offline-install, program: []}\n', 'callbacks:\n'
             '  - {label: "gate:*", answer: ask}\n')
    status, screen = at_a_terminal(s, 'run', [b'yes', b'no'])
    check(status == 4 and 'the operator said no at "gate:one"' in screen,
          '%d: %s' % (status, screen))
    check('gate:one: 2 entities are acted on' in screen, screen)
    status, screen = at_a_terminal(s, 'resume', [b'yes', b'yes'])
    check(status == 0, '%d: %s' % (status, screen))


def a_gate_asks_without_a_rule(s):
    with_tests(s)
    s.policy('  - {action: offline-install, program: []}\n')
    status, screen = at_a_terminal(s, 'run', [b'yes', b'no'])
    check(status == 4 and 'gate:one: 2 entities are acted on' in screen,
          '%d: %s' % (status, screen))
    check('nobody answers the callback "gate:' not in screen, screen)
    status, screen = at_a_terminal(s, 'resume', [b'yes', b'yes'])
    check(status == 0, '%d: %s' % (status, screen))


def images_are_looked_at(s):
    """Of the bundle that is installed, and of the one that a rollback needs:
    there, of the size and the digest that is said."""
    def policy(new, old=''):
        s.policy('  - {action: offline-install, program: []}\n', 'images:\n'
                 '  - {bundle: "*collector_2", file: %s%s}\n%s' % (
                     s.path('image'), new, old))
    policy('')
    said = s.run('check', 1)
    check('error[R017]: "%s" of "safSmfBundle=collector_2" is not there'
          % s.path('image') in said and 'policy.yaml:' in said and
          'put the right file there' in said, said)
    s.write('image', 'abc', 0o644)
    s.run('check', 0)
    policy(', size: 4')
    check('it has 3 bytes, not 4' in s.run('run', 1), 'the size')
    check(not os.path.exists(s.path('state')), 'it was begun')
    policy(', size: 3, sha256: ' + 64 * '0')
    check('its SHA-256 is ba7816bf' in s.run('check', 1), 'the digest')
    policy(', sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff6'
           '1f20015ad')
    s.run('check', 0)
    policy('', '  - {bundle: "*collector_1"}\n')
    check('of "safSmfBundle=collector_1" is named by nobody' in
          s.run('check', 1), 'the old one')
    policy(', sha256: ABC')
    check('no SHA-256: ABC' in s.run('check', 1), 'no digest')
    policy(', size: some')
    check('no number of bytes: some' in s.run('check', 1), 'no size')


def files_that_the_model_names(s):
    """Only where a program is run for them, and here."""
    for model in 'source.yaml', 'target.yaml':
        s.write(model, s.read(model).replace(
            'dn: safSmfBundle=collector_2}', 'dn: safSmfBundle=collector_2, '
            'saSmfBundleFileUri: "file://%s"}' % s.path('new.deb')), 0o644)
    compiled(s)
    s.policy('  - {action: offline-install, program: []}\n')
    s.run('check', 0)
    rule = '  - {action: offline-install, program: [/bin/true]}\n'
    s.policy(rule)
    check('"%s" of "safSmfBundle=collector_2" is not there' % s.path('new.deb')
          in s.run('check', 1), 'the file')
    s.policy(rule, 'run-on:\n  - {program: [/usr/bin/env]}\n')
    s.run('check', 0)
    s.policy(rule)
    s.write('new.deb', '')
    s.run('check', 0)


def compiled(s, *more):
    subprocess.run([os.path.join(BUILD, 'campgen'), 'source.yaml',
                    'target.yaml', '-p', 'policy.yaml', '-o', 'campaign.xml',
                    *more], cwd=s.folder, check=True, capture_output=True,
                   timeout=LIMIT)


def places_are_reached(s):
    s.write('ping', '#!/bin/sh\necho "$1" >>%s\n[ ! -e %s/$1.cut ] || '
            '{ echo no route; exit 255; }\n' % (s.path('asked'), s.folder))
    s.policy('  - {action: offline-install, program: []}\n', 'run-on:\n'
             '  - {program: [/usr/bin/env], probe: [%s, "%%{on.rdn}"]}\n' %
             s.path('ping'))
    s.run('check', 0)
    check(s.read('asked') == 'host1\nhost2\n', s.read('asked'))
    s.write('host2.cut', '')
    said = s.run('run', 1)
    check('"safEE=host2,safDomain=site" cannot be reached' in said and
          'no route' in said and '"safEE=host1' not in said, said)


def what_is_not_needed_may_fail(s):
    s.script('exit 3\n', top='may-fail:\n  - {match: "*host2*", action: '
             'offline-install}\n')
    said = s.run('run', 0)
    check('1 that may fail did: "safEE=host2,safDomain=site"' in said, said)
    check('failed, and may: offline-install of "safEE=host2' in s.status(),
          s.status())


def given_up_by_the_operator(s):
    s.script(SLOW % (s.path('starts'), s.path('never'), 0))
    p = s.begin('run')
    wait_until(lambda: os.path.exists(s.path('starts')), 'it starts')
    p.send_signal(signal.SIGINT)
    wait_until(lambda: 'safe point' in s.read('said'), 'it has heard that')
    p.send_signal(signal.SIGINT)
    check(p.wait(LIMIT) in (3, 4, 5), 'exit status %d' % p.returncode)
    s.none_left()


def fails_on_order(s):
    s.script('echo x >>"%s"\n' % s.path('starts'))
    s.run('run', 4, '--fail=offline-install:*host2*:9')
    check(not os.path.exists(s.path('starts')), 'it was run all the same')
    s.run('resume', 0)
    check(s.read('starts') == 'x\n', 'starts: ' + s.read('starts'))


TESTS = [dpkg_there_and_back, dpkg_refuses_then_resume,
         dpkg_refuses_then_rollback, dpkg_rehearsal, dpkg_rehearsal_that_fails,
         killed_in_a_rehearsal, dpkg_host_is_down, dpkg_check_tells_all,
         killed_and_program_ends_well, killed_and_resumed_while_it_runs,
         killed_and_program_fails, killed_with_its_keeper, ignores_sigterm,
         forks_away, leaves_a_service, leaves_one_that_holds_its_output,
         prints_without_end, closes_its_output, is_missing, is_no_program,
         vanishes_meanwhile, nobody_does_it, killed_by_a_signal,
         other_statuses_are_good, surroundings, words_are_words,
         what_is_missing_is_named_before, run_on_goes_in_front,
         run_on_goes_through_a_shell, ocf_agent, ocf_agent_says_what_runs,
         commands_are_run, commands_that_fail, notices_are_run,
         a_folder_of_tests, a_test_that_fails, a_test_that_may_fail,
         no_folder_of_tests, a_gate_asks, a_gate_asks_without_a_rule,
         images_are_looked_at, files_that_the_model_names, places_are_reached,
         what_is_not_needed_may_fail, given_up_by_the_operator, fails_on_order]


def lacks(test):
    if test.__name__.startswith('dpkg') and not shutil.which('dpkg-deb'):
        return 'dpkg is not here'
    if test in (a_gate_asks, a_gate_asks_without_a_rule) and \
            not has_terminal():
        return 'a terminal is not here'
    return None


if __name__ == '__main__':
    sys.exit(suite.run('exec/', TESTS, Site, lacks))
