#!/usr/bin/env python3
"""Measures `camprun run` on the simulated cluster beside what it cannot do
without: one append of as many bytes as its journal has for an action, and one
fdatasync, for each action, on the same disk.

    run.py [--camprun PATH] [--campgen PATH] [--times N] [--dir DIR]

The two take turns, since a disk is now fast, now slow; a ratio is the median
over the pairs, "least" that of the two fastest. Setting up the state
directory, which is the same for ten actions and ten thousand, is in the time
of the run. Prints a table; never fails because of a number.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
import bench  # noqa: E402

EXAMPLES = ('02-five-vms', '03-media-cluster')
FLEETS = (2000, 8000)  # objects
COLUMNS = ('campaign', 'actions', 'bytes', 'run ms', 'yard ms', 'CPU ms',
           'ratio', 'least')


def campaigns(a):
    """(name, campaign, source) of each."""
    for name in EXAMPLES:
        d = os.path.join(ROOT, 'examples', name)
        yield name, d + '/campaign.xml', d + '/source.xml'
    for size in FLEETS:
        d = bench.fleet(size, a.dir)
        bench.once([a.campgen, d + '/source.xml', d + '/target.xml', '-o',
                    d + '/campaign.xml', '--severity=error'])
        yield 'fleet-%d' % size, d + '/campaign.xml', d + '/source.xml'


def run(a, campaign, source):
    """(seconds, CPU seconds, actions, bytes of the journal for each)."""
    state = os.path.join(a.dir, 'state')
    shutil.rmtree(state, ignore_errors=True)
    start = time.monotonic()
    cpu, _ = bench.once([a.camprun, 'run', campaign, '--source', source,
                         '--state', state, '--driver=sim', '--yes'])
    seconds = time.monotonic() - start
    with open(os.path.join(state, 'journal')) as f:
        lines = f.readlines()
    shutil.rmtree(state)
    n = sum(l.split(' ')[3] == 'begin' for l in lines[1:])
    return seconds, cpu, n, sum(map(len, lines)) // n


def yardstick(a, n, size):
    path = os.path.join(a.dir, 'yardstick')
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_TRUNC,
                 0o666)
    line = b'x' * size
    start = time.monotonic()
    for _ in range(n):
        os.write(fd, line)
        os.fdatasync(fd)
    seconds = time.monotonic() - start
    os.close(fd)
    os.unlink(path)
    return seconds


def measure(a, name, campaign, source):
    runs, yards, cpus = [], [], []
    _, _, n, size = run(a, campaign, source)  # and warms the caches
    for i in range(a.times):
        if i % 2:
            yards.append(yardstick(a, n, size))
        seconds, cpu, _, _ = run(a, campaign, source)
        runs.append(seconds)
        cpus.append(cpu)
        if not i % 2:
            yards.append(yardstick(a, n, size))
    row = (name, n, size, 1000 * statistics.median(runs),
           1000 * statistics.median(yards), 1000 * min(cpus),
           statistics.median(r / y for r, y in zip(runs, yards)),
           min(runs) / min(yards))
    print('%-18s %8d %6d %9.1f %9.1f %8.1f %7.2f %7.2f' % row, flush=True)


def main():
    build = os.environ.get('BUILD') or 'build'
    p = argparse.ArgumentParser(description='measure camprun run')
    p.add_argument('--campgen', default=os.path.join(build, 'campgen'))
    p.add_argument('--camprun', default=os.path.join(build, 'camprun'))
    p.add_argument('--times', type=int, default=9)
    p.add_argument('--dir', default=os.path.join(build, 'bench'))
    a = p.parse_args()
    os.makedirs(a.dir, exist_ok=True)
    print('camprun run on sim against one append and fdatasync an action; '
          'medians of %d' % a.times)
    print('%-18s %8s %6s %9s %9s %8s %7s %7s' % COLUMNS)
    for name, campaign, source in campaigns(a):
        measure(a, name, campaign, source)
    print('goal for a thousand actions and more: ratio 1.3, then 1.1')
    return 0


if __name__ == '__main__':
    sys.exit(main())
