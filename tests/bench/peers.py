#!/usr/bin/env python3
"""Measures campgen --schedule=waves beside the planners that users have today,
on the same fleets, each in its own format: hroller and hbal of Ganeti,
crm_simulate of Pacemaker.

    peers.py [--campgen PATH] [--hosts N,N,...] [--limit SECONDS] [--dir DIR]

A fleet is H hosts with 8 equal VMs each; two VMs that start on different hosts
are the replicas of one service. Two kinds of upgrade: `change`, all VMs change
with their hosts, 4 candidate hosts each; `stay`, only the hosts do, so every
VM has to be somewhere else meanwhile, 10 fit on a host, 8 candidates or all
hosts. hroller cannot be told of candidates: it is given all hosts, or with
DRBD the first two candidates. What each plans is judged here, from its output:
services of which all replicas go down together, services whose replicas were
put on one host, VMs that were stopped. Prints a table; a planner that takes
longer than the limit is given up; never fails because of a number.
"""
import argparse
import multiprocessing
import os
import re
import resource
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, '..', 'prop'))
import bench  # noqa: E402
import gen_fleet  # noqa: E402
import waves as judge  # noqa: E402

VMS = 8  # of a host
SIZE = 1024  # MB of memory, and of disk, of a VM
SPARE = 512  # Ganeti fills no host to the last byte
COLUMNS = '%-9s %6s %-32s %6s %6s %9s %8s %8s %9s %8s'


class Fleet:
    """Hosts by number; VMs by number, each with its candidates, its home
    first; services as lists of VMs."""

    def __init__(self, hosts, sponsors, stay, room):
        self.hosts, self.room, self.stay = hosts, room, stay
        self.args = bench.Args(hosts=hosts, vms=VMS, redundancy=2, add=0,
                               remove=0, seed=1, home_first=True, stay=stay,
                               sponsors=min(sponsors, hosts), room=room)
        self.candidates, self.services = {}, []
        for _, vms, _, _ in gen_fleet.Fleet(self.args).services():
            self.services.append([n for n, _ in vms])
            self.candidates.update(vms)

    def home(self, vm):
        return self.candidates[vm][0]

    def imm(self, folder):
        self.args.outdir = folder
        gen_fleet.generate(self.args)

    def lost(self, down):
        """Services all of whose replicas are at home on these hosts."""
        down = set(down)
        return sum(all(self.home(v) in down for v in s)
                   for s in self.services)

    def broken(self, at):
        """Services with replicas that share a host."""
        return sum(len({at[v] for v in s}) < len(s) for s in self.services)


# --- their formats ---

def ganeti(f, drbd):
    """The text format of Ganeti's htools; an instance of a service has a tag
    of it, by which replicas exclude each other."""
    room = f.room or 2 * VMS
    rows = ['fleet|uuid-fleet|preferred||', '']
    disk = room * SIZE * (4 if drbd else 1)
    used = {h: 0 for h in range(f.hosts)}
    if drbd:
        for vm, c in f.candidates.items():
            for h in c[:2]:
                used[h] += SIZE
    for h in range(f.hosts):
        rows.append('host-%05d|%d|0|%d|%d|%d|64|%s|uuid-fleet|1||N|0|0|1.0' % (
            h, room * SIZE + SPARE, (room - VMS) * SIZE + SPARE, disk,
            disk - used[h],
            'N' if h else 'M'))
    rows.append('')
    tag = {v: i for i, s in enumerate(f.services) for v in s}
    for vm, c in sorted(f.candidates.items()):
        rows.append('vm-%07d|%d|%d|1|running|Y|host-%05d|%s|%s|rg:%d|1|1|N' % (
            vm, SIZE, SIZE, c[0], 'host-%05d' % c[1] if drbd else '',
            'drbd' if drbd else 'ext', tag[vm]))
    least, most = '128,1,128,1,1,1', '32768,8,1048576,16,8,12'
    policy = '%s|%s;%s|drbd,ext|64.0|64.0' % (least, least, most)
    rows += ['', 'htools:iextags:rg', '', '|' + policy, 'fleet|' + policy]
    return '\n'.join(rows) + '\n'


DIGEST = 'f2317cad3d54cec5d7d7aa7d0bf35cf8'  # of an operation without options


def pacemaker(f, standby):
    """A cluster information base in which all VMs run at home and some hosts
    are to be emptied."""
    room = f.room or 2 * VMS
    out = ['<cib validate-with="pacemaker-3.6" epoch="1" num_updates="0" '
           'admin_epoch="0" have-quorum="1" dc-uuid="1">\n<configuration>\n'
           '<crm_config><cluster_property_set id="opts">\n']
    for name, value in (('stonith-enabled', 'false'),
                        ('symmetric-cluster', 'false'),
                        ('placement-strategy', 'balanced'),
                        ('no-quorum-policy', 'ignore'),
                        ('migration-limit', '-1')):
        out.append('<nvpair id="opts-%s" name="%s" value="%s"/>\n'
                   % (name, name, value))
    out.append('</cluster_property_set></crm_config>\n<nodes>\n')
    for h in range(f.hosts):
        out.append(
            '<node id="%d" uname="host-%05d"><utilization id="u%d"><nvpair '
            'id="u%d-m" name="memory" value="%d"/></utilization>'
            '<instance_attributes id="a%d"><nvpair id="a%d-s" name="standby" '
            'value="%s"/></instance_attributes></node>\n' % (
                h + 1, h, h, h, room * SIZE, h, h,
                'on' if h in standby else 'off'))
    out.append('</nodes>\n<resources>\n')
    for vm in sorted(f.candidates):
        out.append(
            '<primitive id="vm-%d" class="ocf" provider="pacemaker" '
            'type="Dummy"><meta_attributes id="m%d"><nvpair id="m%d-a" '
            'name="allow-migrate" value="true"/></meta_attributes>'
            '<utilization id="v%d"><nvpair id="v%d-m" name="memory" '
            'value="%d"/></utilization></primitive>\n'
            % (vm, vm, vm, vm, vm, SIZE))
    out.append('</resources>\n<constraints>\n')
    for vm, c in sorted(f.candidates.items()):
        for h in c:
            out.append('<rsc_location id="l-%d-%d" rsc="vm-%d" '
                       'node="host-%05d" score="100" '
                       'resource-discovery="exclusive"/>\n' % (vm, h, vm, h))
    for i, s in enumerate(f.services):
        out.append('<rsc_colocation id="c-%d" rsc="vm-%d" with-rsc="vm-%d" '
                   'score="-INFINITY"/>\n' % (i, s[0], s[1]))
    out.append('</constraints>\n</configuration>\n<status>\n')
    at_home = {}
    for vm in sorted(f.candidates):
        at_home.setdefault(f.home(vm), []).append(vm)
    for h in range(f.hosts):
        out.append('<node_state id="%d" uname="host-%05d" in_ccm="true" '
                   'crmd="online" join="member" expected="member"><lrm '
                   'id="%d"><lrm_resources>\n' % (h + 1, h, h + 1))
        for k, vm in enumerate(at_home.get(h, [])):
            out.append(
                '<lrm_resource id="vm-%d" class="ocf" provider="pacemaker" '
                'type="Dummy"><lrm_rsc_op id="vm-%d_last_0" operation="start" '
                'operation_key="vm-%d_start_0" call-id="%d" rc-code="0" '
                'op-status="0" interval="0" crm-debug-origin="x" '
                'crm_feature_set="3.16.2" transition-key="1:1:0:fleet" '
                'transition-magic="0:0;1:1:0:fleet" op-digest="%s"/>'
                '</lrm_resource>\n' % (vm, vm, vm, k + 1, DIGEST))
        out.append('</lrm_resources></lrm></node_state>\n')
    out.append('</status>\n</cib>\n')
    return ''.join(out)


def apart(function, *args):
    """Called in a process of its own: what this one ever held counts as
    memory of the programs that it starts."""
    with multiprocessing.get_context('fork').Pool(1) as pool:
        return pool.apply(function, args)


def write(path, form, *args):
    with open(path, 'w', encoding='utf-8') as f:
        f.write(form(*args))


# --- running ---

def run(command, limit):
    """(output, CPU seconds, peak KB), or None if it took longer than the
    limit or failed, which is said."""
    out = open(os.path.join(WORK, 'out'), 'w+', encoding='utf-8')
    p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                         stderr=subprocess.STDOUT)
    end = time.monotonic() + limit
    while True:
        pid, status, use = os.wait4(p.pid, os.WNOHANG)
        if pid != 0:
            break
        if time.monotonic() > end:
            p.kill()
            os.wait4(p.pid, 0)
            p.returncode = -9
            return None, 'more than %d s' % limit
        time.sleep(0.002)
    p.returncode = os.waitstatus_to_exitcode(status)
    out.seek(0)
    text = out.read()
    out.close()
    if p.returncode != 0:
        return None, 'exit %d: %s' % (p.returncode, text.strip()[-60:])
    return (text, use.ru_utime + use.ru_stime, use.ru_maxrss), None


TOO_LONG = set()  # planners that were given up


def try_run(name, command, limit):
    """As run, but not for one that was given up on a smaller fleet."""
    if name in TOO_LONG:
        return None, 'not tried: too long before'
    got, why = run(command, limit)
    if why and why.startswith('more'):
        TOO_LONG.add(name)
    return got, why


def row(f, kind, what, got, why, judged=None):
    waves, bound, moves, stopped, lost, broken = judged or ('-',) * 6
    if isinstance(moves, int):
        moves = '%.2f' % (moves / (f.hosts * VMS))
    print(COLUMNS % (kind, f.hosts, what, waves, bound, moves, stopped, lost,
                     broken, why or '%.2f s %d MB' % (
                         got[1], got[2] * 1024 / 1e6)), flush=True)


# --- campgen ---

class Judge(judge.WaveChecker):
    """Where VMs stand, too: services whose replicas were put together."""
    broken = 0

    def move(self, procedures):
        super().move(procedures)
        self.broken = max(self.broken, sum(
            len({self.at[v] for v in s if v in self.at}) <
            sum(v in self.at for v in s) for s in self.services_of))


def judge_campaign(f, folder, path):
    """What another program than campgen says of its campaign."""
    a, b, c = judge.load(os.path.join(folder, 'source.xml'),
                         os.path.join(folder, 'target.xml'), path)
    k = Judge(a, b, c, judge.TURNS['forwards'], f.room or 10 ** 9)
    k.services_of = [['safEE=VM-%07d,%s' % (v, gen_fleet.DOMAIN) for v in s]
                     for s in f.services]
    k.run()
    lost = [x for x in k.found if x[0] != 'ROOM']
    stopped = [x for x in k.found if x[0] == 'ROOM']
    return (len({p.level for p in c.procedures}), k.migrations, len(stopped),
            len(lost), k.broken)


def campgen(a, f, kind, what):
    d = os.path.join(a.dir, 'peers-%s-%d-%d' % (
        kind, f.hosts, f.args.sponsors))
    apart(f.imm, d)
    out = os.path.join(d, 'campaign.xml')
    command = [a.campgen, os.path.join(d, 'source.xml'),
               os.path.join(d, 'target.xml'), '-o', out, '--schedule=waves',
               '--severity=error']
    if f.room:
        command += ['-p', os.path.join(d, 'policy.yaml')]
    got, why = run(command, a.limit)
    judged = None
    if got:
        bound = re.search(r'waves: \d+ \(bound (\d+)', got[0])[1]
        n, moves, stopped, lost, broken = apart(judge_campaign, f, d, out)
        judged = (n, bound, moves if f.room else '-', stopped, lost, broken)
    row(f, kind, 'campgen, ' + what, got, why, judged)
    return got


# --- Ganeti ---

def groups_of(text):
    """hroller's groups: hosts, and where it sends each VM of them."""
    groups = []
    for line in text.splitlines():
        if line.startswith('host-'):
            groups.append((re.findall(r'host-(\d+)', line), []))
        elif line.strip():
            m = re.match(r'\s+(?:vm-)(\d+)\s+(?:host-)?(\d+)?', line)
            if m and m[2]:
                groups[-1][1].append((int(m[1]), int(m[2])))
    return [([int(h) for h in hosts], moves) for hosts, moves in groups]


def judge_groups(f, groups, stays):
    """They assume that all VMs go back home after each group."""
    at = {v: f.home(v) for v in f.candidates}
    moves = broken = 0
    for _, sent in groups:
        now = dict(at)
        now.update(sent)
        broken = max(broken, f.broken(now))
        moves += 2 * len(sent)
    lost = 0 if stays else sum(f.lost(hosts) for hosts, _ in groups)
    return (len(groups), '-', moves if moves else '-', '-', lost,
            broken if moves else '-')


def hroller(a, f, kind, what, drbd, *options):
    path = os.path.join(WORK, 'fleet.data')
    apart(write, path, ganeti, f, drbd)
    got, why = try_run('hroller ' + what, ['hroller', '-t', path,
                       '--no-headers'] + list(options), a.limit)
    row(f, kind, 'hroller, ' + what, got, why, got and judge_groups(
        f, groups_of(got[0]), '--print-moves' in options))
    return got


def hbal(a, f, kind):
    """One host is emptied: the step of which a schedule would need many."""
    path = os.path.join(WORK, 'fleet.data')
    apart(write, path, ganeti, f, True)
    got, why = try_run('hbal', ['hbal', '-t', path, '-E', '-O',
                                'host-00001'], a.limit)
    m = got and re.search(r'Solution length=(\d+)', got[0])
    row(f, kind, 'hbal, one host emptied', got, why, got and
        ('-', '-', int(m[1]) if m else 0, '-', '-', '-'))


# --- Pacemaker ---

def crm_simulate(a, f, kind):
    """An eighth of the hosts is emptied, by the bound of room."""
    standby = set(range(f.hosts // 8))
    path = os.path.join(WORK, 'cib.xml')
    apart(write, path, pacemaker, f, standby)
    got, why = try_run('crm', ['crm_simulate', '-x', path, '-R'], a.limit)
    judged = None
    if got:
        moved = re.findall(r'\* Migrate\s+vm-(\d+)\s+\( host-\d+ -> '
                           r'host-(\d+) \)', got[0])
        stopped = re.findall(r'\* Stop\s+vm-(\d+)', got[0])
        at = {v: f.home(v) for v in f.candidates}
        at.update((int(v), int(h)) for v, h in moved)
        judged = ('-', '-', len(moved), len(stopped), '-', f.broken(at))
    row(f, kind, 'crm_simulate, 1/8 emptied', got, why, judged)


# --- the table ---

def measure(a, hosts):
    change = Fleet(hosts, 4, 0, 0)
    stay = Fleet(hosts, 8, 100, 10)
    ours = campgen(a, change, 'change', '4 candidates')
    theirs = None
    if a.has['hroller']:
        hroller(a, change, 'change', 'DRBD, VMs down', True,
                '--offline-maintenance')
        theirs = hroller(a, change, 'change', 'DRBD, VMs migrate', True)
    campgen(a, stay, 'stay', '8 candidates, room 10')
    if hosts <= a.all_hosts:
        every = Fleet(hosts, hosts, 100, 10)
        campgen(a, every, 'stay', 'any host, room 10')
        if a.has['hroller']:
            hroller(a, every, 'stay', 'any host, room 10', False,
                    '--print-moves')
    if a.has['hbal']:
        hbal(a, change, 'change')
    if a.has['crm_simulate']:
        crm_simulate(a, stay, 'stay')
    return hosts, ours and ours[1], theirs and theirs[1]


def conclude(rows):
    for hosts, ours, theirs in rows:
        if ours and theirs:
            print('%d hosts: hroller (DRBD, VMs migrate) takes %.0f times the '
                  'CPU of campgen' % (hosts, theirs / ours))
    e = bench.exponent([(h, s) for h, s, _ in rows if s and h >= 128])
    if e is not None:
        print('campgen from 128 hosts on, VMs that change: exponent %.2f' % e)


def main():
    global WORK
    build = os.environ.get('BUILD') or 'build'
    p = argparse.ArgumentParser(description='measure planners')
    p.add_argument('--campgen', default=os.path.join(build, 'campgen'))
    p.add_argument('--hosts', default='32,128,512,2048')
    p.add_argument('--all-hosts', type=int, default=128,
                   help='any host is a candidate up to so many')
    p.add_argument('--limit', type=int, default=60)
    p.add_argument('--dir', default=os.path.join(build, 'bench'))
    a = p.parse_args()
    WORK = os.path.join(a.dir, 'peers')
    os.makedirs(WORK, exist_ok=True)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    a.has = {}
    for name, package in (('hroller', 'ganeti-htools'),
                          ('hbal', 'ganeti-htools'),
                          ('crm_simulate', 'pacemaker-cli-utils')):
        a.has[name] = shutil.which(name) is not None
        if not a.has[name]:
            print('skip: %s is not installed (%s)' % (name, package))
    print('planners beside each other; 8 VMs a host in pairs; CPU s of one '
          'run, at most %d s each' % a.limit)
    print(COLUMNS % ('VMs', 'hosts', 'planner', 'waves', 'bound', 'moves/VM',
                     'stopped', 'services', 'replicas', 'CPU, RSS'))
    print(COLUMNS % ('', '', '', '', '', '', 'VMs', 'lost', 'together', ''))
    conclude([measure(a, int(h)) for h in a.hosts.split(',')])
    return 0


if __name__ == '__main__':
    sys.exit(main())
