#!/usr/bin/env python3
"""What those who only look at a run see (U10): status as JSON, the page that
camprun monitor serves, the report. A slow run is watched, killed, watched
again, resumed and rolled back; what is shown must be what happened. The page
is rendered in Chromium where that is installed. Environment: BUILD.
"""
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET

from suite import Tally

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
BUILD = os.path.join(ROOT, os.environ.get('BUILD') or 'build')
STORY = os.path.join(ROOT, 'examples', '03-media-cluster')
CAMPRUN = os.path.join(BUILD, 'camprun')
STATES = ['queued', 'in progress', 'succeeded', 'failed', 'undone']
TIMEOUT = 60
tally = Tally('monitor/')
check = tally.check


def camprun(*args, status=0):
    r = subprocess.run([CAMPRUN] + list(args), text=True, timeout=TIMEOUT,
                       stdin=subprocess.DEVNULL, capture_output=True)
    check(' '.join(args[:1]) + ' exits %d' % status, r.returncode == status,
          '%d: %s' % (r.returncode, r.stderr[-500:]))
    return r.stdout


def run_args(state, *more):
    return ['run', os.path.join(STORY, 'campaign.xml'), '--source',
            os.path.join(STORY, 'source.xml'), '--driver=sim', '--state',
            state, '--yes'] + list(more)


# --- status as JSON ---

def add_up(j, where):
    """Counts of a whole are those of its parts, and states follow."""
    for phase in j['phases']:
        for m in phase['machines']:
            a = m['actions']
            total = sum(v for k, v in a.items() if k != 'all')
            check(where + ': a machine adds up', total == a['all'], m)
            check(where + ': a state is known', m['state'] in STATES, m)
            if m['state'] in ('queued', 'succeeded'):
                check(where + ': all are as the machine is',
                      a[m['state']] == a['all'], m)
            if m['state'] == 'failed':
                check(where + ': something failed', a['failed'] > 0, m)
        for k in phase['actions']:
            check(where + ': a phase adds up', phase['actions'][k] ==
                  sum(m['actions'][k] for m in phase['machines']), phase)
    for k in j['actions']:
        check(where + ': a run adds up', j['actions'][k] ==
              sum(p['actions'][k] for p in j['phases']), k)


def status(state, where):
    j = json.loads(camprun('status', '--state', state, '--format=json'))
    add_up(j, where)
    return j


# --- the server ---

class Monitor:
    def __init__(self, state):
        self.p = subprocess.Popen([CAMPRUN, 'monitor', '--state', state,
                                   '--port=0'], stdout=subprocess.PIPE,
                                  text=True)
        self.url = self.p.stdout.readline().strip()
        self.port = int(self.url.rstrip('/').rpartition(':')[2])

    def ask(self, path, method='GET', host=None):
        c = http.client.HTTPConnection('127.0.0.1', self.port,
                                       timeout=TIMEOUT)
        c.request(method, path, headers={'Host': host} if host else {})
        r = c.getresponse()
        body = r.read().decode()
        c.close()
        return r, body

    def end(self):
        self.p.send_signal(signal.SIGTERM)
        check('monitor ends when told', self.p.wait(TIMEOUT) == 0)


def is_page(text, where):
    """Well-formed once the DOCTYPE is gone; nothing from elsewhere."""
    try:
        root = ET.fromstring(text.partition('\n')[2])
    except ET.ParseError as e:
        check(where + ': the page is well-formed', False, e)
        return
    check(where + ': the page is well-formed', root.tag == 'html')
    tags = [e.tag for e in root.iter()]
    check(where + ': landmarks', tags.count('main') == 1 and
          tags.count('header') == 1 and tags.count('h1') == 1)
    check(where + ': nothing from elsewhere',
          not re.search(r'(src|href)="(?!/live\.js|#)', text) and
          '://' not in text)
    for svg in root.iter('svg'):
        check(where + ': a picture has words', svg.get('aria-label'))
    ids = [e.get('id') for e in root.iter() if e.get('id')]
    check(where + ': ids are distinct', len(ids) == len(set(ids)))


def asks(m):
    r, page = m.ask('/')
    check('the page is served', r.status == 200 and
          r.getheader('Content-Type') == 'text/html; charset=utf-8')
    check('it says what may be in it',
          "default-src 'none'" in r.getheader('Content-Security-Policy'))
    is_page(page, 'live')
    check('without script it is loaded anew',
          re.search('<noscript><meta http-equiv="refresh"', page))
    r, body = m.ask('/', 'HEAD')
    check('HEAD has no body', r.status == 200 and body == '')
    r, body = m.ask('/status.json')
    add_up(json.loads(body), '/status.json')
    r, body = m.ask('/live.js')
    check('the script is served', r.status == 200 and 'fetch' in body)
    for method in ['POST', 'PUT', 'DELETE']:
        r, body = m.ask('/', method)
        check(method + ' is refused', r.status == 405 and
              r.getheader('Allow') == 'GET, HEAD')
    check('other paths are not there', m.ask('/etc/passwd')[0].status == 404)
    check('nor are those above', m.ask('/../journal')[0].status == 404)
    for host in ['evil.example', '127.0.0.1.evil.example', '']:
        check('a page elsewhere gets nothing: ' + host,
              m.ask('/', host=host or ' ')[0].status in (400, 403))
    check('nor does localhost by name fail',
          m.ask('/', host='localhost:%d' % m.port)[0].status == 200)


# --- stories ---

def wait_for(m, what):
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        j = json.loads(m.ask('/status.json')[1])
        if what(j):
            return j
        time.sleep(0.2)
    return None


def killed(tmp):
    """A run that takes its time and then hangs, watched from beside it."""
    state, faults = os.path.join(tmp, 'killed'), os.path.join(tmp, 'faults')
    with open(faults, 'w') as f:
        f.write('delay 20ms *:*:9999\nhang instantiate:safEE=hostOS-2*:1\n')
    p = subprocess.Popen([CAMPRUN] + run_args(state, '--fault-file', faults),
                         stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not os.path.exists(os.path.join(state, 'pid')) and p.poll() is None:
        time.sleep(0.01)
    m = Monitor(state)
    try:
        asks(m)
        j = wait_for(m, lambda j: j['actions']['succeeded'] > 20)
        check('a run is seen while it goes', j and j['working'] and
              'now' in j and not j['interrupted'], j)
        now = [x for x in j['phases'] if x['state'] == 'in progress']
        check('one phase is in progress', len(now) == 1, now)
        check('others are queued', any(x['state'] == 'queued'
                                       for x in j['phases']))
        page = m.ask('/')[1]
        check('the page says who is at work',
              'Process %d is at work' % p.pid in page)
        p.kill()
        p.wait()
        j = wait_for(m, lambda j: not j['working'])
        check('a killed run is interrupted', j and j['interrupted'], j)
        check('so says the page', wait_for(m, lambda j:
              'Nobody is at work' in m.ask('/')[1]))
        camprun('resume', '--state', state, '--yes')
        j = wait_for(m, lambda j: j['state'] == 'EXECUTION_COMPLETED')
        check('a resumed run is seen to its end', j is not None)
        camprun('rollback', '--state', state, '--yes')
        camprun('commit', '--state', state, '--yes')
        j = wait_for(m, lambda j: j['state'] == 'ROLLBACK_COMMITTED')
        check('what is rolled back is undone', j and all(
            x['state'] == 'undone' for x in j['phases'] if 'level' in x), j)
        check('what is over is not asked for again',
              '<script' not in m.ask('/')[1])
    finally:
        p.kill()
        m.end()


def failed(tmp):
    state = os.path.join(tmp, 'failed')
    camprun(*run_args(state, '--fail', 'offline-install:*:9'), status=4)
    j = status(state, 'failed')
    bad = [m for p in j['phases'] for m in p['machines']
           if m['state'] == 'failed']
    check('what failed is shown', len(bad) == 1 and j['exit'] == 4, bad)
    check('and why', [f['action'] for f in bad[0]['failed']] ==
          ['offline-install'] and bad[0]['failed'][0]['why'], bad)
    page = camprun('report', '--state', state)
    is_page(page, 'report')
    check('the report has no script', '<script' not in page and
          '<noscript' not in page)
    check('the report tells what failed', 'What failed' in page and
          'offline-install' in page)
    path = os.path.join(tmp, 'report.html')
    camprun('report', '--state', state, '-o', path)
    with open(path) as f:
        check('a file gets the same', f.read() == page)
    plain = camprun('status', '--state', state)
    check('status takes --yes, in every form',
          camprun('status', '--state', state, '--yes') == plain and json.loads(
              camprun('status', '--state', state, '--yes', '--format=json')))
    check('its options may be shortened', camprun(
        'status', '--state', state, '--form=json') == camprun(
        'status', '--state', state, '--format=json'))
    text = camprun('status', '--state', state, '--watch')
    check('watching what rests ends', 'failed' in text, text)
    return path


def restored(tmp):
    """The backup takes back what stood, whatever it was."""
    state = os.path.join(tmp, 'restored')
    camprun(*run_args(state, '--fail', 'offline-install:*:9', '--fail',
                      'undo/online-uninstall:*:9'), status=5)
    before = status(state, 'not undone')
    check('much stands that could not be undone',
          before['actions']['succeeded'] > 0 and before['exit'] == 5, before)
    camprun('rollback', '--state', state, '--yes')
    j = status(state, 'restored')
    a = j['actions']
    check('nothing stands once the backup is restored',
          a['succeeded'] == a['running'] == a['failed'] == 0 and
          a['undone'] > 0 and a['queued'] == before['actions']['queued'], a)
    check('no phase is at work then', all(
        p['state'] in ('undone', 'queued') for p in j['phases']), j)


def texts(element):
    return ' '.join(' '.join(element.itertext()).split())


def in_phases(tmp):
    """Validations, snapshots, what may fail, a rehearsal: as the commands that
    know say it (U8, U9, U11, U12)."""
    story = os.path.join(ROOT, 'tests', 'golden', 'phase-goes-back')
    models = [os.path.join(story, n + '.yaml') for n in ('source', 'target')]
    policy, campaign, faults = [os.path.join(tmp, n) for n in (
        'policy.yaml', 'phases.xml', 'faults')]
    with open(os.path.join(story, 'policy.yaml')) as f:
        text = f.read()
    with open(policy, 'w') as f:
        f.write(text + 'may-fail: [{match: "safEE=h4,*", action: unlock}]\n'
                'retention: {reserve: 200}\n')
    with open(faults, 'w') as f:
        f.write('60% fail notify:validate:rest\nfail unlock:safEE=h4*\n'
                'room 1000\n')
    subprocess.run([os.path.join(BUILD, 'campgen')] + models + [
        '-p', policy, '--schedule=waves', '-o', campaign], check=True,
        capture_output=True, timeout=TIMEOUT)
    args = ['run', campaign, '--source', models[0], '--driver=sim', '-p',
            policy, '--yes', '--fault-file', faults, '--seed=4']
    state = os.path.join(tmp, 'phases')
    camprun(*args, '--state', state, status=4)
    j = status(state, 'phases')
    check('how validations ended', [v['state'] for v in j['validations']] == [
        'succeeded', 'succeeded', 'succeeded', 'undone', 'failed', 'queued'],
        j['validations'])
    check('of which phase, and why', [v['phase'] for v in j['validations']] ==
          3 * ['trial'] + 3 * ['rest'] and 'failed as ordered' in
          j['validations'][4]['why'], j['validations'])
    check('a phase was taken back', j['phases_taken_back'] == 1)
    check('what may fail', [(f['action'], f['entity'][:8])
                            for f in j['forgiven']] ==
          [('unlock', 'safEE=h4')], j['forgiven'])
    listed = [line.split() for line in camprun(
        'snapshots', '--state', state).splitlines()]
    check('snapshots are those that are listed', [
        [s['name'], s['kind'], s['state'], s['entity']]
        for s in j['snapshots'] if s['there']] == [
        [k[0], k[2], k[3], k[7]] for k in listed] and len(listed) > 6, listed)
    check('what is needed', [s['needed'] for s in j['snapshots']] ==
          [k[6] == 'needed' for k in listed], listed)
    check('too little room', [r['place'] for r in j['room'] if r['short']] ==
          ['the simulated snapshots'], j['room'])
    check('it is no rehearsal', j['rehearsal'] is None)
    page = camprun('report', '--state', state)
    is_page(page, 'phases')
    root = ET.fromstring(page.partition('\n')[2])
    part = {e.get('id'): texts(e) for e in root.iter('section')}
    check('the report lists what may fail', 'unlock safEE=h4' in
          part['forgiven'], part)
    check('the report has validations', part['validations'].count(
        'succeeded') == 3 and 'taken back' in part['validations'], part)
    check('the report has snapshots', all(k[0] in part['snapshots']
                                          for k in listed), part)
    check('the report tells of room', 'Too little room' in page)
    text = camprun('status', '--state', state, '--format=text')
    for line in ('validations: 3 of 6 passed, 1 failed; 1 time a phase was '
                 'taken back', 'failed, and may: 1 action', 'too little room'):
        check('a terminal has: ' + line, line in text, text)
    for how, more, end in ('went well', [], 0), \
            ('failed', ['--fail=instantiate:*h5*:9'], 4):
        state = os.path.join(tmp, 'rehearsal%d' % end)
        camprun(*args[:-3], '--rehearse', '--state', state, *more, status=end)
        j = status(state, 'rehearsal')
        check('the rehearsal ' + how, j['rehearsal'] == how, j['rehearsal'])
        check('all are reverted', {s['state'] for s in j['snapshots']
                                   if s['kind'] == 'before'} <=
              {'reverted', 'removed'}, j['snapshots'])
        check('the page says so', how in texts(ET.fromstring(camprun(
            'report', '--state', state).partition('\n')[2])))


def wrong(tmp):
    r = camprun('monitor', '--state', os.path.join(tmp, 'none'), status=1)
    camprun('monitor', status=2)
    camprun('report', '--state', tmp, 'file', status=2)
    camprun('status', '--state', tmp, '--format=xml', status=2)
    camprun('monitor', '--state', tmp, '--port=70000', status=2)
    camprun('report', '--state', tmp, status=1)
    check('nothing is printed for what is not there', r == '', r)


def taken(tmp):
    state = os.path.join(tmp, 'taken')
    camprun(*run_args(state))
    m = Monitor(state)
    try:
        camprun('monitor', '--state', state, '--port=%d' % m.port, status=3)
        camprun('report', '--state', state, '-o', '/dev/full', status=3)
        camprun('report', '--state', state, '-o', '/nowhere/x', status=3)
    finally:
        m.end()


def rendered(tmp, path):
    chromium = shutil.which('chromium')
    if chromium is None:
        tally.skip('the page rendered', 'chromium is not installed')
        return
    for width in (390, 1280):
        r = subprocess.run(
            [chromium, '--headless', '--no-sandbox', '--disable-gpu',
             '--disable-quic', '--no-first-run', '--disable-sync',
             '--disable-background-networking', '--disable-component-update',
             '--user-data-dir=' + os.path.join(tmp, 'chromium%d' % width),
             '--enable-logging=stderr', '--window-size=%d,900' % width,
             '--dump-dom', 'file://' + path],
            text=True, capture_output=True, timeout=TIMEOUT,
            stdin=subprocess.DEVNULL)
        check('rendered at %d' % width, 'What failed' in r.stdout,
              r.stderr[-500:])
        check('no word on the console at %d' % width,
              'CONSOLE' not in r.stderr, r.stderr[-500:])


def main():
    if os.environ.get('T') and os.environ['T'] not in 'monitor':
        return
    if not os.path.exists(os.path.join(BUILD, 'camprun-monitor')):
        print('skip: camprun-monitor is not built: no libmicrohttpd')
        print('0 passed, 0 failed, 1 skipped')
        return
    with tempfile.TemporaryDirectory() as tmp:
        wrong(tmp)
        taken(tmp)
        killed(tmp)
        in_phases(tmp)
        rendered(tmp, failed(tmp))
        restored(tmp)
    sys.exit(tally.end())


if __name__ == '__main__':
    main()
