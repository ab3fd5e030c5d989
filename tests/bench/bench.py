#!/usr/bin/env python3
"""Measures campgen on fleets of growing size beside `xmllint --noout` of the
same two files: CPU seconds (user + system, the minimum of several runs), peak
memory against the size of the files, and the exponent of growth.

    bench.py [--campgen PATH] [--sizes N,N,...] [--times N] [--dir DIR]

Fleets are generated once into DIR and kept; generating is not timed. Prints a
table; never fails because of a number.
"""
import argparse
import math
import os
import resource
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'prop'))
import gen_fleet  # noqa: E402

PER_HOST = 3 + 16 * 7.5  # objects of a host with 16 VMs in pairs
COLUMNS = ('objects', 'MB', 'campgen s', 'xmllint s', 'ratio', 'RSS MB',
           'RSS/size', 'campaign MB')


class Args:
    def __init__(self, **k):
        self.__dict__.update(k)


def fleet(objects, folder):
    """The folder of a pair of about that many objects a file."""
    hosts = max(2, round(objects / PER_HOST))
    d = os.path.join(folder, 'fleet-%d' % objects)
    if not os.path.exists(os.path.join(d, 'expect')):
        gen_fleet.generate(Args(hosts=hosts, vms=16, sponsors=4, redundancy=2,
                                add=5, remove=5, seed=1, outdir=d))
    return d


def count(path):
    n = 0
    with open(path, 'rb') as f:
        while True:
            block = f.read(1 << 20)
            if not block:
                return n
            # never split a tag: read on to the end of the line
            n += (block + f.readline()).count(b'<object ')


def once(command):
    """(CPU seconds, peak KB) of one run, which must succeed."""
    p = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    err = p.stderr.read()
    _, status, use = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    if p.returncode != 0:
        raise SystemExit('%s: exit %d\n%s' % (
            ' '.join(command), p.returncode,
            err.decode('utf-8', 'replace')[-2000:]))
    return use.ru_utime + use.ru_stime, use.ru_maxrss


def least(command, times):
    runs = [once(command) for _ in range(times)]
    return min(r[0] for r in runs), min(r[1] for r in runs)


def exponent(points):
    """Slope of log(seconds) over log(objects), least squares."""
    xy = [(math.log(n), math.log(s)) for n, s in points if s > 0]
    if len(xy) < 2:
        return None
    mx = sum(x for x, _ in xy) / len(xy)
    my = sum(y for _, y in xy) / len(xy)
    return sum((x - mx) * (y - my) for x, y in xy) / \
        sum((x - mx) ** 2 for x, _ in xy)


def measure(a, size):
    d = fleet(size, a.dir)
    pair = [os.path.join(d, n + '.xml') for n in ('source', 'target')]
    out = os.path.join(d, 'campaign.xml')
    mb = sum(os.path.getsize(p) for p in pair) / 1e6
    n = count(pair[0])
    times = a.times if size <= 300000 else max(1, min(a.times, 3))
    lint, _ = least(['xmllint', '--noout'] + pair, times)
    cpu, rss = least([a.campgen] + pair + ['-o', out], times)
    row = (n, mb, cpu, lint, cpu / lint, rss * 1024 / 1e6,
           rss * 1024 / 1e6 / mb, os.path.getsize(out) / 1e6)
    print('%9d %8.1f %10.3f %10.3f %7.2f %8.1f %9.2f %12.1f' % row,
          flush=True)
    return row


def main():
    build = os.environ.get('BUILD') or 'build'
    p = argparse.ArgumentParser(description='measure campgen')
    p.add_argument('--campgen', default=os.path.join(build, 'campgen'))
    p.add_argument('--sizes', default=os.environ.get('SIZES') or
                   '1000,8000,64000,250000')
    p.add_argument('--times', type=int, default=5)
    p.add_argument('--dir', default=os.path.join(build, 'bench'))
    a = p.parse_args()
    if not shutil.which('xmllint'):
        raise SystemExit('bench: xmllint is not installed')
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.makedirs(a.dir, exist_ok=True)
    print('campgen against xmllint --noout of the same two files; CPU s, '
          'least of %d' % a.times)
    print('%9s %8s %10s %10s %7s %8s %9s %12s' % COLUMNS)
    rows = [measure(a, int(s)) for s in a.sizes.split(',')]
    grown = [(r[0], r[2]) for r in rows if r[0] >= 5000]
    e = exponent(grown)
    if e is not None:
        print('growth from %d to %d objects: exponent %.2f'
              % (grown[0][0], grown[-1][0], e))
    near = min(rows, key=lambda r: abs(r[0] - 250000))
    print('goals at 250,000 objects: ratio 0.8 then 0.5, RSS/size 0.5 then '
          '0.35; exponent 1.15 then 1.05')
    print('nearest, %d objects: ratio %.2f, RSS/size %.2f'
          % (near[0], near[4], near[6]))
    return 0


if __name__ == '__main__':
    sys.exit(main())
