#!/usr/bin/env python3
"""Seeded generator of model pairs, the same bytes for the same arguments.

    gen.py hard SEED OUTDIR
    gen.py fleet --hosts H [--vms V] [--sponsors K] [--redundancy R]
                 [--add P] [--remove P] [--seed S] OUTDIR

OUTDIR gets source.xml, target.xml and expect, whose first line says whether a
campaign must exist (solvable), may be refused (may-refuse), or there is
nothing to do (equal).
"""
import argparse
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def main():
    p = argparse.ArgumentParser(description='write a pair of models')
    sub = p.add_subparsers(dest='kind', required=True)
    h = sub.add_parser('hard')
    h.add_argument('seed', type=int)
    h.add_argument('outdir')
    f = sub.add_parser('fleet')
    f.add_argument('--hosts', type=int, default=16)
    f.add_argument('--vms', type=int, default=16)
    f.add_argument('--sponsors', type=int, default=4)
    f.add_argument('--redundancy', type=int, default=2)
    f.add_argument('--add', type=float, default=5, help='percent of VMs')
    f.add_argument('--remove', type=float, default=5, help='percent of VMs')
    f.add_argument('--seed', type=int, default=1)
    f.add_argument('outdir')
    a = p.parse_args()
    if a.kind == 'hard':
        import gen_hard
        print(gen_hard.generate(a.seed, a.outdir))
    else:
        import gen_fleet
        print(gen_fleet.generate(a))


if __name__ == '__main__':
    main()
