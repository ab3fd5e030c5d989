#!/usr/bin/env python3
"""M5: what machines can do is looked for inside them, only where the policy
authorises it; packages are put in only if it names them, and those that are
there for now are taken out again, also after a failure, a signal or a kill.

Guests are folders, and a program is in one when the words of the policy lead
it there. Environment: BUILD, T as of all tests.
"""
import json
import os
import shutil
import signal
import subprocess
import sys

import suite
from suite import BUILD, CAMPRUN, LIMIT, ROOT, Folder, check, wait_until

STORY = os.path.join(ROOT, 'examples', '03-media-cluster')
SCHEMA = os.path.join(ROOT, 'grammar', 'schema', 'capabilities.json')
VMS = ['VM%s%d-M' % (x, n) for x in 'xy' for n in (1, 2, 3)]

# Enters the guest's folder; every program that runs there is written down.
ENTER = '''#!/bin/sh
cd %s/guests/$1 || { echo "no such machine" >&2; exit 255; }
shift
echo "$*" >>log
[ ! -e hangs ] || sleep 1000
case $1 in
/bin/uname) [ ! -e mute ] && cat uname ;;
/bin/cat) cat release ;;
*) exec "$@" ;;
esac
'''
POLICY = '''guests:
  - match: "*VMx1-M*"
    authorise: [detect, balloon, agent, broken]
    program: [%(enter)s, "%%{entity.rdn}"]
  - match: "*VMx2-M*"
    authorise: [detect]
    program: [%(enter)s, "%%{entity.rdn}"]
  - match: "*VMy1-M*"
    authorise: ["*"]
    os: windows
    program: [%(enter)s, "%%{entity.rdn}"]
  - match: "*VMx3-M*"
    authorise: [balloon]
    program: [%(enter)s, "%%{entity.rdn}"]
detectors:
  - {os: linux, finds: plug.vcpu, program: [/usr/bin/test, -e, cpu1]}
  - {os: debian, finds: unplug.memory, program: [/bin/sh, -c, "test -e balloon && echo balloon is there"]}
  - {os: windows, finds: plug.disk, program: [/bin/true]}
  - {finds: migrate.live, program: [/bin/true]}
  - {finds: unused.sound, program: [/bin/sh, -c, "echo out of order >&2; exit 9"]}
packages:
  - name: balloon
    os: linux
    brings: [unplug.memory, plug.nothing-knows]
    present: [/usr/bin/test, -e, balloon]
    install: [/bin/sh, -c, "touch balloon; while [ -e slow ]; do sleep 0.05; done"]
    remove: [/bin/sh, -c, "[ ! -e stuck ] && rm balloon"]
    temporary: true
  - name: agent
    os: linux
    brings: [plug.memory]
    install: [/usr/bin/touch, agent]
  - name: broken
    os: linux
    brings: [plug.disk]
    install: [/bin/sh, -c, "touch half; echo no space left >&2; exit 1"]
    remove: [/bin/rm, -f, half]
  - {name: drivers, os: windows, brings: [unplug.disk], install: [/usr/bin/touch, drivers]}
'''


class Site(Folder):
    def __init__(self, folder):
        super().__init__(folder)
        for name in VMS:
            os.makedirs(self.path('guests', name))
            self.write('guests/%s/uname' % name, 'Linux 6.1.0-13\n')
            self.write('guests/%s/release' % name, 'PRETTY_NAME="Debian"\n'
                       'VERSION_ID="12"\nID=debian\n')
        self.write('enter', ENTER % self.folder)
        self.write('policy.yaml', POLICY % {'enter': self.path('enter')})

    def has(self, vm, name):
        return os.path.exists(self.path('guests', vm, name))

    def log(self, vm):
        try:
            with open(self.path('guests', vm, 'log')) as f:
                return f.read().splitlines()
        except FileNotFoundError:
            return []

    def args(self, *more, glob='*'):
        return [CAMPRUN, 'capabilities', '--vm', glob, '--driver=sim',
                '--source', os.path.join(STORY, 'source.xml'), '-p',
                'policy.yaml', '--state', 'state'] + list(more)

    def run(self, status, *more, glob='*'):
        """The machines by name, and its messages."""
        r = subprocess.run(self.args(*more, glob=glob), cwd=self.folder,
                           text=True, capture_output=True, timeout=LIMIT,
                           stdin=subprocess.DEVNULL)
        check(r.returncode == status, '%s: exit status %d, not %d: %s' % (
            more, r.returncode, status, r.stderr[-800:]))
        if not r.stdout:
            return {}, r.stderr
        fits(json.loads(r.stdout), load(SCHEMA))
        machines = json.loads(r.stdout)['machines']
        names = [m['vm'] for m in machines]
        check(names == sorted(names), names)
        return {m['vm'].split(',')[0][6:]: m for m in machines}, r.stderr


def load(path):
    with open(path) as f:
        return json.load(f)


def fits(value, schema, root=None, where='it'):
    """As far as our schema goes."""
    root = root or schema
    if '$ref' in schema:
        schema = root['$defs'][schema['$ref'].rpartition('/')[2]]
    kinds = {'object': dict, 'array': list, 'string': str, 'boolean': bool}
    if 'type' in schema:
        check(isinstance(value, kinds[schema['type']]), where)
    check(value == schema.get('const', value), where)
    check(value in schema.get('enum', [value]), '%s: %s' % (where, value))
    if isinstance(value, dict):
        check(set(schema['required']) <= set(value) if 'required' in schema
              else True, where)
        for key, v in value.items():
            check(key in schema['properties'], '%s.%s' % (where, key))
            fits(v, schema['properties'][key], root, '%s.%s' % (where, key))
    if isinstance(value, list):
        for v in value:
            fits(v, schema['items'], root, where + '[]')
    if isinstance(value, str):
        check(len(value) >= schema.get('minLength', 0), where)


def reported(machine):
    return [(e['action'], e['of'], e['result']) for e in machine['report']]


def packages(machine):
    return {p['name']: p for p in machine.get('packages', [])}


def looks(site):
    """Nothing is put in unless it is asked for; nobody is looked into who need
    not be."""
    site.write('guests/VMx1-M/cpu1', '')
    all_of_them, _ = site.run(0)
    check(sorted(all_of_them) == sorted(VMS), sorted(all_of_them))
    one = all_of_them['VMx1-M']
    check(one['authorised'] and one['os'] == {
        'type': 'linux', 'name': 'debian', 'version': '12',
        'kernel': '6.1.0-13'}, one)
    check(one['plug'] == ['vcpu'] and 'unplug' not in one and
          one['migrate'] == ['live'] and 'unused' not in one, one)
    check([e for e in one['report'] if e['of'] == 'sound'] == [
        {'action': 'detect', 'of': 'sound', 'result': 'failed',
         'why': 'unused: ended with status 9: out of order'}], one['report'])
    check(packages(one)['balloon'] == {
        'name': 'balloon', 'state': 'available', 'temporary': True,
        'plug': ['nothing-knows'], 'unplug': ['memory']}, one)
    check(packages(one)['drivers']['state'] == 'unfit', one)
    check(('install', 'balloon', 'refused') in reported(one), one)
    check(not any('touch' in line for line in site.log('VMx1-M')), 'looked')
    two = all_of_them['VMx2-M']
    check({p['state'] for p in packages(two).values()} == {
        'refused', 'unfit'}, two)
    for name in ('VMx3-M', 'VMy2-M', 'VMy3-M'):
        m = all_of_them[name]
        check(set(m) == {'vm', 'authorised', 'report'} and
              not m['authorised'] and m['report'] == [
                  {'action': 'detect', 'of': 'os', 'result': 'refused',
                   'why': 'no rule of the policy authorises it'}], m)
        check(site.log(name) == [], site.log(name))
    windows = all_of_them['VMy1-M']
    check(windows['os'] == {'type': 'windows'} and
          windows['plug'] == ['disk'], windows)
    again, _ = site.run(0)
    check(again == all_of_them, 'twice the same')
    check(list(site.run(0, glob='*VMx2-M*')[0]) == ['VMx2-M'], 'one')


def augments(site):
    """Those that are authorised are put in, tried, and taken out again if they
    are there for now."""
    one = site.run(0, '--augment')[0]['VMx1-M']
    p = packages(one)
    check(p['balloon'] == {'name': 'balloon', 'state': 'available',
                           'temporary': True, 'plug': ['nothing-knows'],
                           'unplug': ['memory']}, p)
    check(p['agent']['state'] == 'present' and site.has('VMx1-M', 'agent'), p)
    check(p['broken']['state'] == 'unfit' and not site.has('VMx1-M', 'half'),
          p)
    check(not site.has('VMx1-M', 'balloon'), 'it was taken out')
    r = reported(one)
    at = r.index(('install', 'balloon', 'done'))
    check(r[at:at + 3] == [('install', 'balloon', 'done'),
                           ('detect', 'memory', 'yes'),
                           ('remove', 'balloon', 'done')], r)
    at = r.index(('install', 'broken', 'failed'))
    check(r[at + 1] == ('remove', 'broken', 'done'), r)
    for name in VMS[1:]:
        if name != 'VMy1-M':
            check(not any(site.has(name, f) for f in ('balloon', 'agent')),
                  name)
    check(os.listdir(site.path('state', 'guests')) in (
        ['lock'], ['lock', 'left'], ['left', 'lock']), 'nothing is left')


def stuck(site):
    """What cannot be taken out is told, and taken out by the next one."""
    site.write('guests/VMx1-M/stuck', '')
    machines, err = site.run(1, '--augment')
    check('could not be taken out' in err, err)
    check(packages(machines['VMx1-M'])['balloon']['state'] == 'present',
          machines['VMx1-M'])
    os.unlink(site.path('guests', 'VMx1-M', 'stuck'))
    machines, err = site.run(0)
    check('an earlier run left the package balloon' in err and
          'was taken out' in err, err)
    check(not site.has('VMx1-M', 'balloon'), 'it is gone')
    check(site.run(0)[1] == '', 'said once')


def begin(site):
    """One that puts a package in until it is let go."""
    site.write('guests/VMx1-M/slow', '')
    p = subprocess.Popen(site.args('--augment', '-o', 'out.json'),
                         cwd=site.folder, stdin=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, text=True)
    wait_until(lambda: site.has('VMx1-M', 'balloon'), 'it is put in')
    return p


def let_go(site):
    os.unlink(site.path('guests', 'VMx1-M', 'slow'))


def killed(site):
    """Whoever comes next takes out what was left."""
    p = begin(site)
    p.kill()
    p.wait()
    p.stderr.close()
    let_go(site)
    check(not os.path.exists(site.path('out.json')), 'nothing half written')
    check(site.has('VMx1-M', 'balloon'), 'it was left')
    err = site.run(0)[1]
    check('balloon' in err and not site.has('VMx1-M', 'balloon'), err)


def told(site):
    """A signal: what was put in for now is taken out first."""
    for sig in signal.SIGTERM, signal.SIGINT:
        p = begin(site)
        p.send_signal(sig)
        let_go(site)
        err = p.communicate(timeout=LIMIT)[1]
        check(p.returncode == 3 and 'nothing is written' in err, err)
        check(not site.has('VMx1-M', 'balloon'), 'it is out')
        check(not os.path.exists(site.path('out.json')), 'not written')


def alone(site):
    """Two do not work in one place."""
    p = begin(site)
    check('another camprun capabilities' in site.run(1, '--augment')[1],
          'two')
    let_go(site)
    p.wait(LIMIT)
    p.stderr.close()
    check(p.returncode == 0, p.returncode)


def silent(site):
    """Machines that do not answer are told of, and have no capabilities."""
    site.write('guests/VMx1-M/hangs', '')
    site.write('guests/VMx2-M/mute', '')
    machines, _ = site.run(0, '--timeout=2s')
    for name, why in ('VMx1-M', 'too long'), ('VMx2-M', 'status 1'):
        m = machines[name]
        check(set(m) == {'vm', 'authorised', 'report'} and
              len(m['report']) == 1 and why in m['report'][0]['why'], m)
    text = (POLICY % {'enter': site.path('enter')}).replace(
        '    program: [%s, "%%{entity.rdn}"]\n' % site.path('enter'), '')
    site.write('policy.yaml', text)
    m = site.run(0)[0]['VMx1-M']
    check('cannot look inside' in m['report'][0]['why'], m)


def wrong(site):
    """The command line and the policy."""
    def refused(status, *args, says=''):
        r = subprocess.run([CAMPRUN, 'capabilities'] + list(args),
                           cwd=site.folder, text=True, capture_output=True,
                           timeout=LIMIT, stdin=subprocess.DEVNULL)
        check(r.returncode == status and says in r.stderr and
              r.stdout == '', (args, r))
    source = ('--driver=sim', '--source', os.path.join(STORY, 'source.xml'))
    refused(2)
    refused(2, '--vm=*', *source, 'x')
    refused(2, '--vm=*', *source, '--augment', says='--state')
    refused(2, '--vm=*', '--driver=sim')
    refused(2, '--vm=*', *source, '--timeout=0s')
    refused(1, '--vm=*none*', *source, says='fits no virtual machine')
    refused(1, '--vm=safEE=VMx9-M,safDomain=domain_1', *source,
            says='did you mean')
    refused(3, '--vm=*', *source, '-p', 'none')
    for bad, says in (
            ('detectors: [{finds: vcpu, program: [/bin/true]}]', 'finds'),
            ('detectors: [{finds: migrate.up, program: [/bin/true]}]',
             'migrate.live'),
            ('packages: [{name: x, brings: [x], install: [/bin/true]}]',
             'brings'),
            ('packages: [{name: x, brings: [plug.x], install: [/bin/true], '
             'temporary: true}]', 'no "remove"'),
            ('guests: [{authorize: [detect]}]', 'authorise')):
        site.write('bad.yaml', bad + '\n')
        refused(1, '--vm=*', *source, '-p', 'bad.yaml', says=says)
        refused(1, '--vm=*', *source, '-p', 'bad.yaml', says='bad.yaml:1')
    refused(3, '--vm=*', *source, '-o', '/nowhere/x')
    check(all(site.log(name) == [] for name in VMS), 'nobody was asked')


CHAIN = '''guests:
  - {match: "safEE=web*", authorise: [detect, hotplug], os: linux, program: [%(inside)s]}
detectors:
  - {os: linux, finds: plug.vcpu, program: [/usr/bin/test, -e, hot]}
  - {os: linux, finds: plug.memory, program: [/usr/bin/test, -e, hot]}
  - {finds: migrate.live, program: [/bin/true]}
packages:
  - name: hotplug
    os: linux
    brings: [plug.vcpu, plug.memory]
    install: [/usr/bin/touch, hot]
    remove: [/bin/rm, hot]
    temporary: true
'''


def read_by_options(site):
    """What is written is what campgen options reads: a package that was tried
    makes a type possible that is not without it."""
    golden = os.path.join(ROOT, 'tests', 'golden', 'options')
    site.write('inside', '#!/bin/sh\ncd %s && exec "$@"\n' % site.folder)
    shutil.copy(os.path.join(golden, 'source.yaml'), site.folder)
    with open(os.path.join(golden, 'policy.yaml')) as f:
        site.write('policy.yaml', f.read() + CHAIN % {
            'inside': site.path('inside')})

    def options(*more):
        r = subprocess.run(
            [os.path.join(BUILD, 'campgen'), 'options', 'source.yaml', '-p',
             'policy.yaml', '--vm=safEE=web1,*', '--severity=error',
             *more], cwd=site.folder, text=True, capture_output=True,
            timeout=LIMIT)
        check(r.returncode == 0 and r.stderr == '', r.stderr)
        return 'can become safVersion=large' in r.stdout

    def ask(*more):
        r = subprocess.run(
            [CAMPRUN, 'capabilities', '--vm=*', '--driver=sim', '--source',
             'source.yaml', '-p', 'policy.yaml', '-o', 'can.json', *more],
            cwd=site.folder, text=True, capture_output=True, timeout=LIMIT)
        check(r.returncode == 0 and r.stderr == '', r.stderr)
    check(not options(), 'without an answer nothing is possible')
    ask('--augment', '--state', 'kept')
    check(options('--capabilities=can.json'), 'with the package it is')
    site.write('policy.yaml', open(site.path('policy.yaml')).read().replace(
        'touch, hot', 'touch, cold').replace('rm, hot', 'rm, cold'))
    ask('--augment', '--state', 'kept')
    check(not options('--capabilities=can.json'), 'a package that does not '
          'bring what it says is of no use')


CASES = [looks, augments, stuck, killed, told, alone, silent, wrong,
         read_by_options]


if __name__ == '__main__':
    sys.exit(suite.run('capabilities-', CASES, Site))
