#!/usr/bin/env python3
"""Measures campgen --schedule=waves on fleets of 8 VMs a host in redundancy
pairs: waves beside their bound, migrations, CPU seconds, peak memory, and the
exponent of growth.

    waves.py [--campgen PATH] [--hosts N,N,...] [--times N] [--dir DIR]

Two kinds: all VMs change with their hosts and have 4 sponsors each; none does,
each has 8, and 10 fit on a host. Prints a table; never fails because of a
number.
"""
import argparse
import os
import re
import resource
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, '..', 'prop'))
import bench  # noqa: E402
import gen_fleet  # noqa: E402

KINDS = {'change': dict(sponsors=4, stay=0, room=0),
         'stay': dict(sponsors=8, stay=100, room=10)}


def fleet(kind, hosts, folder):
    d = os.path.join(folder, 'waves-%s-%d' % (kind, hosts))
    if not os.path.exists(os.path.join(d, 'expect')):
        gen_fleet.generate(bench.Args(
            hosts=hosts, vms=8, redundancy=2, add=0, remove=0, seed=1,
            home_first=True, outdir=d, **KINDS[kind]))
    return d


def measure(a, kind, hosts):
    d = fleet(kind, hosts, a.dir)
    out = os.path.join(d, 'campaign.xml')
    command = [a.campgen, os.path.join(d, 'source.xml'),
               os.path.join(d, 'target.xml'), '-o', out, '--schedule=waves',
               '--severity=error']
    if KINDS[kind]['room']:
        command += ['-p', os.path.join(d, 'policy.yaml')]
    cpu, rss = bench.least(command, a.times)
    told = subprocess.run(command, capture_output=True, text=True).stderr
    m = re.search(r'waves: (\d+) \(bound (\d+)', told)
    with open(out, encoding='utf-8') as f:
        moves = sum('has room when the VM must leave' in x for x in f)
    print('%8s %6d %6d %6s %6s %8s %8.2f %8.1f' % (
        kind, hosts, hosts * 8, m[1], m[2],
        '%.2f' % (moves / (hosts * 8.0)) if KINDS[kind]['room'] else '-',
        cpu, rss * 1024 / 1e6), flush=True)
    return hosts, cpu


def main():
    build = os.environ.get('BUILD') or 'build'
    p = argparse.ArgumentParser(description='measure waves')
    p.add_argument('--campgen', default=os.path.join(build, 'campgen'))
    p.add_argument('--hosts', default='32,128,512,1024,2048')
    p.add_argument('--times', type=int, default=3)
    p.add_argument('--dir', default=os.path.join(build, 'bench'))
    a = p.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.makedirs(a.dir, exist_ok=True)
    print('campgen --schedule=waves; 8 VMs a host, pairs; CPU s, least of %d'
          % a.times)
    print('%8s %6s %6s %6s %6s %8s %8s %8s' % (
        'VMs', 'hosts', 'VMs', 'waves', 'bound', 'moves/VM', 'CPU s',
        'RSS MB'))
    for kind in KINDS:
        rows = [measure(a, kind, int(h)) for h in a.hosts.split(',')]
        e = bench.exponent([r for r in rows if r[0] >= 128])
        if e is not None:
            print('%8s growth from 128 hosts on: exponent %.2f' % (kind, e))
    return 0


if __name__ == '__main__':
    sys.exit(main())
