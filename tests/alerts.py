#!/usr/bin/env python3
"""U9: operators are told. Alerts arrive on every kind of channel, whole, each
once however often runtimes and receivers die; no receiver, dead, slow or
hanging, keeps a campaign or another receiver waiting; nothing secret is told.
Environment: BUILD, T as of all tests.
"""
import email
import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

import sinks
import suite
from suite import (BUILD, CAMPRUN, LIMIT, ROOT, Failure, Folder, check,
                   has_terminal, processes, wait_until)

STORY = os.path.join(ROOT, 'examples', '03-media-cluster')
ENTERPRISE = '1.3.6.1.4.1.8072.9999.9999.1'


def same(got, want, what):
    check(got == want, '%s: %r is not %r' % (what, got, want))


class Site(Folder):
    """A folder with a run, its policy, and a program that takes alerts."""

    def __init__(self, folder):
        super().__init__(folder)
        self.sinks = []
        self.script('take', 'cat >>%s' % self.path('got'))

    def script(self, name, text):
        return self.write(name, '#!/bin/sh\n' + text + '\n', 0o755)

    def write(self, name, text, mode=0o600):
        super().write(name, text, mode)
        return self.path(name)

    def sink(self, s):
        self.sinks.append(s)
        return s

    def close(self):
        for s in self.sinks:
            s.close()
        for pid in self.followers():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def followers(self):
        """Companions that are at work for this folder."""
        return [pid for pid, line in processes('cmdline')
                if b'--follow' in line.split(b'\0') and
                self.folder.encode() in line]

    # --- running ---

    def policy(self, text):
        return self.write('policy.yaml', text.replace('TAKE',
                                                      self.path('take')))

    def start(self, *more):
        return [CAMPRUN, 'run', os.path.join(STORY, 'campaign.xml'),
                '--source', os.path.join(STORY, 'source.xml'), '--driver=sim',
                '--state', self.path('state'), '-p', self.path('policy.yaml'),
                '--yes'] + list(more)

    def go(self, words, status):
        r = subprocess.run(words, capture_output=True, text=True,
                           stdin=subprocess.DEVNULL, timeout=LIMIT)
        check(r.returncode == status, '%s ended with %d, not %d: %s' % (
            words[1], r.returncode, status, r.stderr[-600:]))
        return r

    def run(self, status, *more):
        return self.go(self.start(*more), status)

    def on(self, word, status, *more):
        return self.go([CAMPRUN, word, '--state', self.path('state')] +
                       list(more), status)

    def slow(self, lines='delay 10ms *:*:9999\n'):
        return '--fault-file=' + self.write('faults', lines)

    # --- what came ---

    def got(self, name='got'):
        """What the program took; it may be at work on the last line."""
        if not os.path.exists(self.path(name)):
            return []
        with open(self.path(name)) as f:
            return [json.loads(line) for line in f if line.endswith('\n')]

    def events(self, name='got'):
        return [a['event'] for a in self.got(name)]


PROGRAM = 'channels:\n- {name: ops, program: [TAKE]}\nalerts:\n'


# --- the channels ---

def fields(a):
    same(sorted(a), sorted(['id', 'event', 'severity', 'time', 't',
                            'campaign', 'object', 'text', 'host', 'state']),
         'the fields of an alert')
    return a


def tested(s, channel, status=0):
    """One test alert over this channel."""
    s.policy('channels:\n- {name: c, %s}\n' % channel)
    r = s.go([CAMPRUN, 'alert', '--test', '-p', s.path('policy.yaml')],
             status)
    check(r.stdout.startswith('c: told\n' if status == 0 else
                              'c: not told: '), r.stdout)
    return r.stdout


def by_program(s):
    tested(s, 'program: [TAKE]')
    [a] = s.got()
    fields(a)
    same((a['event'], a['severity'], a['object']), ('test', 'info', 'c'),
         'a test')
    s.script('take', 'cat >/dev/null; echo the pager is off >&2; exit 3')
    out = tested(s, 'program: [TAKE]', 1)
    check('status 3: the pager is off' in out, out)
    out = tested(s, 'program: [%s]' % s.path('nowhere'), 1)
    check('No such file' in out, out)
    # One that reads nothing, closes everything, or is killed.
    s.script('take', 'exit 0')
    tested(s, 'program: [TAKE]')
    s.script('take', 'exec <&- >&- 2>&-; exit 0')
    tested(s, 'program: [TAKE]')
    s.script('take', 'kill -9 $$')
    check('signal 9' in tested(s, 'program: [TAKE]', 1), 'killed')


def by_webhook(s):
    web = s.sink(sinks.Web())
    url = 'webhook: "http://127.0.0.1:%d/hook?a=b"' % web.port
    tested(s, url)
    [(path, headers, body)] = web.got
    same(path, '/hook?a=b', 'the path')
    same(headers['Content-Type'], 'application/json', 'the type')
    check('Authorization' not in headers, 'a token from nowhere')
    same(fields(json.loads(body))['event'], 'test', 'the body')
    token = s.write('token', 'abc123\n')
    tested(s, url + ', secret-file: %s' % token)
    same(web.got[1][1]['Authorization'], 'Bearer abc123', 'the token')
    os.chmod(token, 0o644)
    out = tested(s, url + ', secret-file: %s' % token, 1)
    check('chmod 600' in out and 'abc123' not in out, out)
    same(len(web.got), 2, 'how many came')
    for mode, why in [('refuse', '503'), ('move', '302')]:
        web.mode = mode
        check(why in tested(s, url, 1), mode)
    web.mode = 'hang'
    t = time.monotonic()
    tested(s, url + ', timeout: 300ms', 1)
    check(time.monotonic() - t < 10, 'a hanging server is waited for')


def by_https(s):
    """Nobody vouches for this server: it is told nothing."""
    import ssl
    made = subprocess.run(
        ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days',
         '2', '-subj', '/CN=localhost', '-addext',
         'subjectAltName=DNS:localhost', '-keyout', s.path('key'), '-out',
         s.path('cert')], capture_output=True)
    check(made.returncode == 0, made.stderr.decode())
    web = sinks.Web()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(s.path('cert'), s.path('key'))
    web.server.socket = context.wrap_socket(web.server.socket,
                                            server_side=True)
    s.sink(web)
    out = tested(s, 'webhook: "https://localhost:%d/"' % web.port, 1)
    check('cert' in out.lower(), out)
    same(web.got, [], 'what an unknown server got')
    os.environ['SSL_CERT_FILE'] = s.path('cert')
    try:
        tested(s, 'webhook: "https://localhost:%d/"' % web.port)
    finally:
        del os.environ['SSL_CERT_FILE']
    same(len(web.got), 1, 'what a known server got')


def is_mail(text, to, sender):
    m = email.message_from_string(text)
    same(m['To'], to, 'To')
    same(m['From'], sender, 'From')
    check(m['Subject'].startswith('[info] test: '), m['Subject'])
    check(m['Message-ID'] and m['Date'], 'Message-ID or Date is missing')
    check('this channel works' in m.get_payload(decode=True).decode(),
          'the body')


def by_sendmail(s):
    s.script('sendmail', 'echo "$@" >%s; cat >%s' % (s.path('words'),
                                                    s.path('mail')))
    to = 'a@example.org, b@example.org'
    tested(s, 'mail: "%s", from: me@example.org, sendmail: [%s, -oi, -t]' % (
        to, s.path('sendmail')))
    with open(s.path('words')) as f:
        same(f.read(), '-oi -t\n', 'the words')
    with open(s.path('mail')) as f:
        text = f.read()
    check('\r' not in text, 'lines end as those of a network')
    is_mail(text, to, 'me@example.org')
    s.script('sendmail', 'cat >/dev/null; echo queue is full >&2; exit 75')
    out = tested(s, 'mail: a@example.org, sendmail: [%s]' %
                 s.path('sendmail'), 1)
    check('75: queue is full' in out, out)


def by_smtp(s):
    mail = s.sink(sinks.Mail())
    to = 'a@example.org,b@example.org'
    c = 'mail: "%s", from: me@example.org, server: "smtp://127.0.0.1:%d"' % (
        to, mail.port)
    tested(s, c)
    [(sender, receivers, text)] = mail.got
    same((sender, receivers), ('me@example.org', to.split(',')), 'envelope')
    is_mail(text, to, 'me@example.org')
    mail.mode = 'refuse'
    check('550' in tested(s, c, 1), 'a refusal')
    mail.mode = 'hang'
    tested(s, c + ', timeout: 200ms', 1)
    same(len(mail.got), 1, 'how many came')


def is_log(line):
    m = re.fullmatch(
        rb'<30>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (\S+) camprun \d+ '
        rb'test \[campgen@32473 id="test-[^"]*" campaign="none" object="c" '
        rb'state=""\] \xef\xbb\xbf(.*)', line)
    check(m, 'no message of RFC 5424: %r' % line)
    check(b'this channel works' in m.group(3), 'the text')


def by_syslog(s):
    log = s.sink(sinks.Datagrams(s.path('log')))
    tested(s, 'syslog: "%s"' % s.path('log'))
    udp = s.sink(sinks.Datagrams())
    tested(s, 'syslog: "udp:127.0.0.1:%d"' % udp.port)
    tcp = s.sink(sinks.Stream())
    tested(s, 'syslog: "tcp:127.0.0.1:%d"' % tcp.port)
    wait_until(lambda: log.got and udp.got and tcp.got, 'all logs have it')
    is_log(log.got[0])
    is_log(udp.got[0])
    n, _, line = tcp.got[0].partition(b' ')
    same(int(n), len(line), 'the count in front')
    is_log(line)
    check('No such file' in tested(s, 'syslog: /nowhere/log', 1), 'no log')
    check('refused' in tested(s, 'syslog: "tcp:127.0.0.1:1"', 1), 'no server')


def is_trap(t, pdu, community):
    same((t['version'], t['pdu'], t['community'], t['status']),
         (1, pdu, community, 0), 'the head of a trap')
    same(t['order'][:2], ['1.3.6.1.2.1.1.3.0', '1.3.6.1.6.3.1.1.4.1.0'],
         'the first bindings')
    v = t['bindings']
    same(v['1.3.6.1.6.3.1.1.4.1.0'], ENTERPRISE + '.0.29', 'which trap')
    same(v[ENTERPRISE + '.1.2.0'], 'test', 'the event')
    same(v[ENTERPRISE + '.1.3.0'], 0, 'the severity')
    same(v[ENTERPRISE + '.1.5.0'], 'c', 'the object')
    check('this channel works' in v[ENTERPRISE + '.1.6.0'], 'the text')


def by_trap(s):
    station = s.sink(sinks.Datagrams())
    c = 'trap: "127.0.0.1:%d"' % station.port
    tested(s, c)
    tested(s, c + ', community: ops')
    tested(s, c + ', secret-file: %s' % s.write('community', 'hidden\n'))
    wait_until(lambda: len(station.got) == 3, 'three traps')
    for data, community in zip(station.got, ['public', 'ops', 'hidden']):
        is_trap(sinks.trap(data), 0xA7, community)
    station = s.sink(sinks.Datagrams(answer=sinks.acknowledge))
    c = 'trap: "127.0.0.1:%d", inform: true' % station.port
    tested(s, c)
    same(len(station.got), 1, 'informs')
    is_trap(sinks.trap(station.got[0]), 0xA6, 'public')
    station.mode = 'silent'
    out = tested(s, c + ', timeout: 400ms', 1)
    check('acknowledge' in out, out)
    wait_until(lambda: len(station.got) >= 4, 'informs come')
    same(len(station.got), 4, 'informs, three of them in vain')
    same(len({sinks.trap(d)['request'] for d in station.got[1:]}), 1,
         'requests of one inform')
    # Garbage and answers to others are no answers.
    station.mode = 'take'
    for answer in [b'', b'\x30', b'\x30\x84\xff\xff\xff\xff', b'\x30\x03\x02',
                   os.urandom(40)]:
        station.answer = lambda data, answer=answer: answer
        tested(s, c + ', timeout: 100ms', 1)


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def is_bound(port):
    with open('/proc/net/udp') as f:
        return any(line.split()[1].endswith(':%04X' % port)
                   for line in list(f)[1:])


def by_trap_to_snmptrapd(s):
    s.write('conf', 'authCommunity log public\n')
    port = free_port()
    env = dict(os.environ, MIBS='', SNMP_PERSISTENT_DIR=s.path('snmp'))
    log = s.path('traps')
    p = subprocess.Popen(
        ['/usr/sbin/snmptrapd', '-f', '-n', '-On', '-Lf', log, '-C', '-c',
         s.path('conf'), 'udp:127.0.0.1:%d' % port], env=env,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def logged():
        if not os.path.exists(log):
            return ''
        with open(log, errors='replace') as f:
            return f.read()

    try:
        wait_until(lambda: 'NET-SNMP version' in logged() and
                   is_bound(port), 'snmptrapd is up')
        tested(s, 'trap: "127.0.0.1:%d"' % port)
        tested(s, 'trap: "127.0.0.1:%d", inform: true' % port)
        wait_until(lambda: logged().count('this channel works') == 2,
                   'snmptrapd has both')
    finally:
        p.terminate()
        p.wait(10)
    check('.%s.0.29' % ENTERPRISE in logged(), logged())


# --- what is told of a run ---

def all_of_a_run(s):
    s.policy(PROGRAM + '- {to: [ops]}\n')
    s.run(0, '--commit')
    wait_until(lambda: not s.followers(), 'the follower ends')
    e = s.events()
    same(e[0], 'campaign-began', 'first')
    same(e[-2:], ['campaign-completed', 'campaign-committed'], 'last')
    same(e.count('procedure-began'), 4, 'procedures that began')
    same(e.count('procedure-completed'), 4, 'procedures that ended')
    same(len(e), 11, 'alerts')
    for a in s.got():
        fields(a)
        same(a['state'], s.path('state'), 'the run')
    check(all(re.fullmatch(r'.{10}T.{12}Z', a['time']) for a in s.got()),
          'times')
    check('told' not in s.on('status', 0).stdout, 'nothing is left')


def all_of_a_failure(s):
    s.policy(PROGRAM + '- {to: [ops]}\n')
    s.run(4, '--fail=lock:*:9')
    s.on('rollback', 0, '--yes')
    wait_until(lambda: not s.followers(), 'the follower ends')
    same(s.events(), [
        'campaign-began', 'procedure-began', 'action-failed',
        'action-retried', 'action-failed', 'procedure-undone',
        'campaign-stopped', 'rollback-began', 'procedure-rolled-back',
        'rollback-completed'], 'what a failure comes to')
    a = s.got()
    check('failed as ordered' in a[2]['text'] and
          'failed as ordered' in a[6]['text'], 'the reason is told')
    check(a[2]['object'].startswith('safEE='), a[2])
    s.on('commit', 0, '--yes')
    wait_until(lambda: s.events()[-1] == 'rollback-committed', 'the commit')


def an_undo_that_fails(s):
    s.policy(PROGRAM + '- {severity: critical, to: [ops]}\n')
    s.run(5, '--fail=terminate:*:9', '--fail=undo/unlock:*:9')
    wait_until(lambda: not s.followers(), 'the follower ends')
    same(sorted(set(s.events())), ['campaign-failed', 'procedure-failed',
                                   'undo-failed'], 'what is critical')


def rules_decide(s):
    s.policy('channels:\n'
             '- {name: all, program: [%s]}\n'
             '- {name: some, program: [%s]}\n'
             '- {name: none, program: [%s]}\n'
             'alerts:\n'
             '- {events: ["procedure-*"], match: "*hostOS-1", to: [all]}\n'
             '- {events: [campaign-began, action-failed], once: true, '
             'to: [some]}\n'
             '- {events: [action-failed], window: 1h, to: [all, some]}\n'
             '- {events: [rollback-failed], to: [none]}\n' % tuple(
                 s.script(n, 'cat >>%s' % s.path(n + '.got'))
                 for n in ['all', 'some', 'none']))
    s.run(4, '--fail=lock:*:9')
    wait_until(lambda: not s.followers(), 'the follower ends')
    same(s.events('all.got'), ['procedure-began', 'action-failed',
                               'procedure-undone'], 'those of a procedure')
    same(s.events('some.got'), ['campaign-began', 'action-failed'],
         'once each')
    same(s.events('none.got'), [], 'what did not happen')


def a_gate_waits(s):
    """The operator is asked, and others hear that somebody should answer."""
    source = os.path.join(ROOT, 'tests', 'golden', 'phases')
    for name in ['source.yaml', 'target.yaml', 'two.yaml']:
        shutil.copy(os.path.join(source, name), s.folder)
    s.go([os.path.join(BUILD, 'campgen'), s.path('source.yaml'),
          s.path('target.yaml'), '-p', s.path('two.yaml'),
          '--schedule=waves', '-o', s.path('campaign.xml'),
          '--severity=error'], 0)
    s.policy(PROGRAM + '- {events: [gate-waiting], to: [ops]}\n')
    args = [CAMPRUN, 'run', s.path('campaign.xml'), '--source',
            s.path('source.yaml'), '--driver=sim', '--state', s.path('state'),
            '-p', s.path('policy.yaml')]
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(args[0], args)
    screen = b''
    while screen.count(b'[yes/no] ') < 2:
        screen += os.read(fd, 4096)
        if screen.count(b'[yes/no] ') == 1 and b'<<' not in screen:
            os.write(fd, b'yes\n')
            screen += b'<<'
    same(s.got(), [], 'told before anybody waited')
    wait_until(s.got, 'the gate is told of')
    os.write(fd, b'yes\n')
    while True:
        try:
            if not os.read(fd, 4096):
                break
        except OSError:
            break
    same(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0, 'the run')
    check(s.got()[0]['object'].startswith('gate:'), s.got())
    same(len(s.got()), 1, 'how often')


def services_that_go_down(s):
    one = 'safSi=s,safApp=a'
    s.write('source.yaml', ONE_HOST % 'old')
    s.write('target.yaml', ONE_HOST % 'new')
    s.write('accept.yaml', 'outages: {accept: all}\n')
    s.go([os.path.join(BUILD, 'campgen'), s.path('source.yaml'),
          s.path('target.yaml'), '-p', s.path('accept.yaml'), '-o',
          s.path('campaign.xml'), '--severity=error'], 0)
    s.policy(PROGRAM + '- {events: ["services-*"], match: "%s", to: [ops]}\n'
             % one)
    s.go([CAMPRUN, 'run', s.path('campaign.xml'), '--source',
          s.path('source.yaml'), '--driver=sim', '--state', s.path('state'),
          '-p', s.path('policy.yaml'), '--yes'], 0)
    wait_until(lambda: not s.followers(), 'the follower ends')
    same(s.events(), ['services-down', 'services-back'], 'told')


ONE_HOST = '''objects:
- {class: SaPlmDomain, dn: safDomain=d}
- {class: SaPlmHE, dn: "safHE=h,safDomain=d", saPlmHEBaseHEType: safHEType=b}
- {class: SaPlmHEBaseType, dn: safHEType=b}
- {class: SaPlmEEBaseType, dn: safEEType=os}
- {class: SaPlmEEType, dn: "safVersion=old,safEEType=os"}
- {class: SaPlmEEType, dn: "safVersion=new,safEEType=os"}
- {class: SaPlmEE, dn: "safEE=e,safHE=h,safDomain=d", saPlmEEType: "safVersion=%s,safEEType=os"}
- {class: SaClmCluster, dn: safCluster=c}
- {class: SaClmNode, dn: "safNode=n,safCluster=c", saClmNodeEE: "safEE=e,safHE=h,safDomain=d"}
- {class: SaAmfCluster, dn: safAmfCluster=c}
- {class: SaAmfNode, dn: "safAmfNode=n,safAmfCluster=c", saAmfNodeClmNode: "safNode=n,safCluster=c"}
- {class: SaAmfApplication, dn: safApp=a}
- {class: SaAmfSG, dn: "safSg=g,safApp=a"}
- {class: SaAmfSU, dn: "safSu=u,safSg=g,safApp=a", saAmfSUHostNodeOrNodeGroup: "safAmfNode=n,safAmfCluster=c"}
- {class: SaAmfSI, dn: "safSi=s,safApp=a", saAmfSIProtectedbySG: "safSg=g,safApp=a"}
'''


def what_may_fail(s):
    """A component that is not key fails: the campaign goes on, and it is
    told."""
    s.policy(PROGRAM + '- {events: [non-key-failed, action-failed], '
             'to: [ops]}\ncallbacks:\n- {answer: notify, may-fail: true}\n')
    with open(os.path.join(STORY, 'campaign.xml')) as f:
        text = f.read()
    text, n = re.subn(r'(<campInitAction)',
                      r'<callbackAtInit callbackLabel="audit" time="5"/>\1',
                      text, count=1)
    check(n == 1, 'the story has changed')
    s.write('campaign.xml', text)
    args = s.start('--fail=notify:audit')
    args[2] = s.path('campaign.xml')
    s.go(args, 0)
    wait_until(lambda: not s.followers(), 'the follower ends')
    [a] = s.got()
    same((a['event'], a['object']), ('non-key-failed', 'audit'), 'told')


def secrets_are_not_told(s):
    story = os.path.join(ROOT, 'examples', '05-dpkg')
    for name in os.listdir(story):
        shutil.copy(os.path.join(story, name), s.folder)
    bad = s.script('bad', 'echo login with --db-password=hunter2 failed >&2\n'
                   'exit 1')
    s.policy(PROGRAM + '- {to: [ops]}\nexec:\n- {program: [%s, '
             '"--api-token=hunter3"]}\n' % bad)
    r = subprocess.run(
        [CAMPRUN, 'run', s.path('campaign.xml'), '--source',
         s.path('source.yaml' if os.path.exists(s.path('source.yaml'))
                else 'source.xml'), '--driver=exec', '--state',
         s.path('state'), '-p', s.path('policy.yaml'), '--yes'],
        capture_output=True, text=True, cwd=s.folder, timeout=LIMIT)
    check(r.returncode in (4, 5), '%d %s' % (r.returncode, r.stderr))
    check('hunter2' in r.stderr, 'the failure is told on the spot: ' +
          r.stderr)
    wait_until(lambda: not s.followers(), 'the follower ends')
    check('action-failed' in s.events(), s.events())
    for name in ['got', 'state/alerts', 'state/alerts.log']:
        with open(s.path(name)) as f:
            check('hunter' not in f.read(), 'a secret is in ' + name)


# --- receivers that do not receive ---

def dead_then_alive(s):
    """What could not be told is kept, shown, and told later, once."""
    s.policy(PROGRAM + '- {to: [ops]}\n')
    s.script('take', 'echo no route >&2; exit 1')
    t = time.monotonic()
    r = s.run(0, s.slow())  # its follower comes along
    check(time.monotonic() - t < 10, 'a dead receiver is waited for')
    check('10 alerts are not told yet' in r.stderr and 'no route' in r.stderr,
          r.stderr)
    check('10 alerts are not told yet' in s.on('status', 0).stdout, 'status')
    j = json.loads(s.on('status', 0, '--format=json').stdout)
    same(j['alerts']['left'], 10, 'status as JSON')
    check('no route' in j['alerts']['why'], j['alerts'])
    check('10 alerts are not told yet' in
          s.on('status', 0, '--format=text').stdout, 'status as text')
    r = s.on('alert', 1)
    check('10 alerts could not be told' in r.stderr, r.stderr)
    s.script('take', 'cat >>%s' % s.path('got'))
    s.on('alert', 0)
    same(len(s.got()), 10, 'told in the end')
    s.on('alert', 0)
    same(len(s.got()), 10, 'told once')
    check('told' not in s.on('status', 0).stdout, 'nothing is left')


def told_by_the_next_command(s):
    s.policy(PROGRAM + '- {events: ["campaign-*"], to: [ops]}\n')
    s.script('take', 'exit 1')
    s.run(0)
    s.script('take', 'cat >>%s' % s.path('got'))
    s.on('commit', 0, '--yes')
    wait_until(lambda: not s.followers(), 'the follower ends')
    same(s.events(), ['campaign-began', 'campaign-completed',
                      'campaign-committed'], 'in order, once')


def hanging_beside_others(s):
    """Neither the campaign nor another channel waits for one that hangs."""
    web = s.sink(sinks.Web())
    web.mode = 'hang'
    s.policy('channels:\n- {name: slow, webhook: "http://127.0.0.1:%d/"}\n'
             '- {name: ops, program: [TAKE]}\n'
             '- {name: deaf, program: [%s]}\nalerts:\n'
             '- {to: [slow, ops, deaf]}\n' % (
                 web.port, s.script('deaf', 'trap "" TERM; sleep 600')))
    t = time.monotonic()
    s.run(0)
    took = time.monotonic() - t
    check(took < 10, 'the run took %.1f s' % took)
    wait_until(lambda: s.events()[-1:] == ['campaign-completed'] or
               not s.followers(), 'the others have it, or it gives up')
    same(s.events()[-1], 'campaign-completed', 'the others have it')
    wait_until(lambda: not s.followers(), 'the follower gives up')
    left = s.on('status', 0).stdout
    check('20 alerts are not told yet' in left, left)


def sleepers(s):
    """None of what a channel started is left behind."""
    mark = 'sleep 61%d' % os.getpid()
    line = mark.replace(' ', '\0').encode()
    s.policy('channels:\n- {name: ops, program: [%s], timeout: 200ms}\n'
             'alerts:\n- {events: [campaign-began], to: [ops]}\n' %
             s.script('deaf', '%s &\n%s' % (mark, mark)))
    s.run(0)
    wait_until(lambda: not s.followers(), 'the follower ends')
    wait_until(lambda: not any(line in text for _, text in
                               processes('cmdline')), 'none sleeps on')


# --- what is killed ---

def no_duplicates(s):
    ids = [a['id'] for a in s.got()]
    same(len(ids), len(set(ids)), 'different ids')


def killed(s, begun, faults='delay 40ms *:*:9999\n'):
    p = subprocess.Popen(s.start(s.slow(faults)), stdin=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: s.events().count('procedure-began') >= begun,
               'it is in the middle')
    return p


def camprun_is_killed(s):
    s.policy(PROGRAM + '- {to: [ops]}\n')
    p = killed(s, 2, 'hang instantiate:safEE=hostOS-2*:1\n')
    p.kill()
    p.wait()
    wait_until(lambda: s.events()[-1:] == ['run-killed'], 'it is told')
    wait_until(lambda: not s.followers(), 'the follower ends')
    s.on('resume', 0, '--yes')
    wait_until(lambda: not s.followers(), 'the follower ends')
    e = s.events()
    same(e.count('procedure-began'), 4, 'procedures that began')
    same(e.count('procedure-completed'), 4, 'procedures that ended')
    same(e.count('campaign-completed'), 1, 'the end')
    no_duplicates(s)


def child_of(parent):
    for pid, text in processes('stat'):
        if int(text.rpartition(b')')[2].split()[1]) == parent:
            return pid
    raise Failure('it has no child')


def follower_is_killed(s):
    """The run does not notice; the next command tells what was missed."""
    s.policy(PROGRAM + '- {to: [ops]}\n')
    p = killed(s, 1)
    os.kill(child_of(p.pid), signal.SIGKILL)
    same(p.wait(LIMIT), 0, 'the run')
    check('campaign-completed' not in s.events(), 'who told that?')
    s.on('alert', 0)
    done = [a['id'] for a in s.got() if a['event'] == 'procedure-completed']
    same(len(set(done)), 4, 'what was missed')
    check(len(done) <= 5, 'only what was on its way is told again')
    same(s.events()[-1], 'campaign-completed', 'the end')


def both_are_killed_often(s):
    s.policy(PROGRAM + '- {to: [ops]}\n')
    args = s.start(s.slow('delay 5ms *:*:9999\n'))
    for turn in range(8):
        p = subprocess.Popen(args, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        time.sleep(0.12)
        followers = s.followers()
        for pid in ([p.pid] + followers if turn % 2 else
                    followers + [p.pid]):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        p.wait()
        if os.path.isdir(s.path('state')):
            args = [CAMPRUN, 'resume', '--state', s.path('state'), '--yes',
                    '--fault-file=' + s.path('faults')]
    s.go(args, 0)
    s.on('alert', 0)
    # Told again only where a follower died between telling and noting it, and
    # then word for word the same.
    told = s.got()
    names = [a['event'] for a in {a['id']: a for a in told}.values()]
    same(len({json.dumps(a, sort_keys=True) for a in told}), len(names),
         'what is told again is the same')
    same(names.count('procedure-completed'), 4, 'procedures that ended')
    same(names.count('campaign-completed'), 1, 'the end')


def torn_outbox(s):
    """The power went while STATE/alerts was written."""
    s.policy(PROGRAM + '- {to: [ops]}\n')
    s.script('take', 'exit 1')
    s.run(0)
    wait_until(lambda: not s.followers(), 'the follower ends')
    s.script('take', 'cat >>%s' % s.path('got'))
    with open(s.path('state', 'alerts'), 'rb') as f:
        whole = f.read()
    for cut in range(0, len(whole), 211):
        with open(s.path('state', 'alerts'), 'wb') as f:
            f.write(whole[:cut])
        if os.path.exists(s.path('got')):
            os.unlink(s.path('got'))
        s.on('alert', 0)
        same(len(s.events()), 10, 'after a cut at %d' % cut)
        no_duplicates(s)
    for junk in [b'no such file\n', b'camprun-alerts 9\n',
                 whole.replace(b'+ 0', b'? 0', 1)]:
        with open(s.path('state', 'alerts'), 'wb') as f:
            f.write(junk)
        s.on('alert', 3)


# --- the command line ---

def words(s):
    s.policy(PROGRAM)
    for args, status, said in [
            (['--test'], 2, '--test -p POLICY'),
            (['--state', 'x', '--test', '-p', 'y'], 2, 'needs'),
            (['--test', '-p', s.path('none')], 3, 'No such file'),
            (['--state', s.path('none')], 1, 'none'),
            (['--help'], 0, 'camprun alert --test')]:
        r = subprocess.run([CAMPRUN, 'alert'] + args, capture_output=True,
                           text=True)
        same(r.returncode, status, 'alert ' + ' '.join(args))
        check(said in r.stderr + r.stdout, r.stderr)


def not_installed(s):
    """Who wants alerts and has no camprun-alert hears it before the start."""
    os.mkdir(s.path('bin'))
    shutil.copy(CAMPRUN, s.path('bin'))
    os.symlink(os.path.join(BUILD, 'plugin'), s.path('bin', 'plugin'))
    s.policy(PROGRAM + '- {to: [ops]}\n')
    args = s.start()
    args[0] = s.path('bin', 'camprun')
    r = s.go(args, 3)
    check('libcurl' in r.stderr and not os.path.exists(s.path('state')),
          r.stderr)


TESTS = [by_program, by_webhook, by_https, by_sendmail, by_smtp, by_syslog,
         by_trap, by_trap_to_snmptrapd, all_of_a_run, all_of_a_failure,
         an_undo_that_fails, rules_decide, a_gate_waits,
         services_that_go_down, what_may_fail, secrets_are_not_told,
         dead_then_alive, told_by_the_next_command, hanging_beside_others,
         sleepers, camprun_is_killed, follower_is_killed,
         both_are_killed_often, torn_outbox, words, not_installed]


def lacks(test):
    if not os.path.exists(os.path.join(BUILD, 'camprun-alert')):
        return 'camprun-alert is not built'
    if test is by_trap_to_snmptrapd and \
            not os.path.exists('/usr/sbin/snmptrapd'):
        return 'snmptrapd is not here'
    if test is by_https and not shutil.which('openssl'):
        return 'openssl is not here'
    if test is a_gate_waits and not has_terminal():
        return 'a terminal is not here'
    return None


if __name__ == '__main__':
    sys.exit(suite.run('alerts/', TESTS, Site, lacks))
