#!/usr/bin/env python3
"""X7: real hypervisors. Cases run on beds of two hosts, as many beds at once as
there are processors, at most two; `make check-real` runs them all, T=name some,
BEDS=1 one after the other. Where root, namespaces, QEMU or libvirt are missing
they are skipped, with a word on why. What a failed case leaves to be looked at
is kept in build/real/.

Nothing stays behind: a bed is removed when its worker ends, workers end when
the runner does, and what was killed nonetheless the next run removes.
"""
import ctypes
import multiprocessing
import os
import signal
import sys
import time
import traceback

import bed as real
import cases
import needs
from tools import BUILD, Failure

SLOWEST = 8  # cases that are named at the end
SUBREAPER, PARENT_DEATH = 36, 1  # of prctl(2)


def on_signal(sig, _):
    raise SystemExit(128 + sig)  # what was made is removed on the way out


def tell(text):
    os.write(1, (text + '\n').encode())


def run(bed, name, case):
    """Did it pass, and how many seconds it took."""
    began = time.monotonic()
    try:
        bed.make()
        case(bed)
    except Exception as e:
        text = '%s: FAILED: %s' % (name, e)
        if not isinstance(e, Failure):
            text += '\n' + traceback.format_exc()
        tell(text)
        bed.keep(os.path.join(BUILD, 'real', name))
        return False, time.monotonic() - began
    took = time.monotonic() - began
    tell('%s: passed (%.1f s)' % (name, took))
    return True, took


def work(parent, todo, done):
    """One bed, for as long as there are cases."""
    libc = ctypes.CDLL(None)
    libc.prctl(SUBREAPER, 1, 0, 0, 0)
    libc.prctl(PARENT_DEATH, signal.SIGTERM, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the runner tells us
    for sig in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, on_signal)
    if os.getppid() != parent:
        return
    every = dict(cases.all_cases())
    with real.Bed() as bed:
        for name in iter(todo.get, None):
            done.put((name, *run(bed, name, every[name])))


def run_all(names, beds):
    """The name of each that was run, did it pass, and its seconds."""
    todo, done = multiprocessing.SimpleQueue(), multiprocessing.SimpleQueue()
    for name in names + [None] * beds:
        todo.put(name)
    workers = [multiprocessing.Process(target=work, args=(os.getpid(), todo,
                                                          done))
               for _ in range(beds)]
    for w in workers:
        w.start()
    try:
        for w in workers:
            w.join()
    finally:
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sig, signal.SIG_IGN)
        for w in workers:
            w.terminate()
        for w in workers:
            w.join()
    ran = []
    while not done.empty():
        ran.append(done.get())
    return ran


def tell_times(ran, began):
    """The whole has six minutes on two processors: where do they go?"""
    slow = sorted(ran, key=lambda r: -r[2])[:SLOWEST]
    tell('%.0f s in all; slowest: %s' % (time.monotonic() - began, ', '.join(
        '%s %.1f' % (name, took) for name, _, took in slow)))


def main():
    os.environ['PATH'] += ':/usr/sbin:/sbin'
    wanted = os.environ.get('T') or ''
    names = [n for n, _ in cases.all_cases() if wanted in n]
    why = needs.missing()
    if why:
        print('skipped: ' + why)
        print('0 passed, 0 failed, %d skipped' % len(names))
        return 0
    for sig in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(sig, on_signal)
    real.remove_leftovers()
    beds = int(os.environ.get('BEDS') or min(2, os.cpu_count() or 1))
    lacking = [(n, c.missing()) for n, c in cases.all_cases()
               if n in names and hasattr(c, 'missing') and c.missing()]
    for name, why in lacking:
        print('%s: skipped: %s' % (name, why))
        names.remove(name)
    began = time.monotonic()
    ran = run_all(names, min(beds, len(names)) or 1)
    passed = sum(so for _, so, _ in ran)
    tell_times(ran, began)
    print('%d passed, %d failed%s' % (
        passed, len(names) - passed, lacking and
        ', %d skipped' % len(lacking) or ''))
    return 0 if passed == len(names) else 1


if __name__ == '__main__':
    multiprocessing.set_start_method('fork')
    sys.exit(main())
