"""The loop of properties that are tried seed by seed: each seed has a folder
of its own, which stays for whoever wants to see what went wrong in it.
"""
import argparse
import os
import shutil
import subprocess

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
BUILD = os.path.join(ROOT, os.environ.get('BUILD') or 'build')


class Failure(Exception):
    pass


def need(true, text, *args):
    if not true:
        raise Failure(text % args)


def parser(doc, programs, seeds):
    """Options: where these programs are, and which seeds to try."""
    a = argparse.ArgumentParser(description=doc.splitlines()[0])
    for p in programs:
        a.add_argument('--' + p, default=os.path.join(BUILD, p))
    a.add_argument('--seeds', default=seeds)
    a.add_argument('--verbose', action='store_true')
    return a


def as_asked(o):
    """SEED=7: that one alone, whatever the options say."""
    if os.environ.get('SEED'):
        o.seeds = '%s..%s' % ((os.environ['SEED'],) * 2)


def wanted(name):
    """Is the property asked for? Says how many passed if it is not."""
    if (os.environ.get('T') or '') in name:
        return True
    print('0 passed, 0 failed')
    return False


def each(name, one, o):
    """How many passed and failed; one(o, seed, folder) is False for a seed
    with nothing to try."""
    low, high = (int(x) for x in o.seeds.split('..'))
    passed = failed = 0
    for seed in range(low, high + 1):
        folder = os.path.join(BUILD, name, str(seed))
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        try:
            passed += one(o, seed, folder)
        except (Failure, subprocess.TimeoutExpired) as e:
            failed += 1
            print('FAILED %s %d: SEED=%d (%s): %s' % (name, seed, seed,
                                                      folder, e))
    return passed, failed


def total(passed, failed):
    """The last line; the exit status."""
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0
