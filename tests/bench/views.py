#!/usr/bin/env python3
"""Measures the views of a plan: CPU seconds, peak memory and size of each, for
fleets in waves of growing size. The page is to take less than a second and 2 MB
for 10,000 actions, a summary 40 lines, Markdown 65,000 bytes at any size.

    views.py [--sizes HOSTS,...] [--times N] [--dir DIR]

Prints a table; never fails because of a number.
"""
import argparse
import os
import re
import subprocess
import sys
from types import SimpleNamespace

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from bench import gen_fleet, least  # noqa: E402

FORMS = [("summary", ["--summary"]), ("txt", []), ("full", ["--full"]),
         ("md", ["--format=md"]), ("html", ["--format=html"]),
         ("json", ["--format=json"])]


def campaign(campgen, hosts, folder):
    d = os.path.join(folder, "waves-%d" % hosts)
    out = os.path.join(d, "campaign.xml")
    if not os.path.exists(out):
        gen_fleet.generate(SimpleNamespace(
            hosts=hosts, vms=16, redundancy=2, sponsors=4, seed=1, add=5,
            remove=5, stay=0, home_first=True, room=20, outdir=d))
        subprocess.run([campgen, d + "/source.xml", d + "/target.xml", "-p",
                        d + "/policy.yaml", "--schedule=waves", "-o", out,
                        "--severity=error"], check=True, capture_output=True)
    return out


def main():
    build = os.environ.get("BUILD") or "build"
    p = argparse.ArgumentParser(description="measure the views of a plan")
    p.add_argument("--campgen", default=os.path.join(build, "campgen"))
    p.add_argument("--sizes", default="4,64,256,1000")
    p.add_argument("--times", type=int, default=3)
    p.add_argument("--dir", default=os.path.join(build, "bench"))
    a = p.parse_args()
    os.makedirs(a.dir, exist_ok=True)
    print("%6s %9s %-8s %7s %8s %9s %9s" % (
        "hosts", "actions", "view", "CPU s", "RSS MB", "kB", "lines"))
    for hosts in map(int, a.sizes.split(",")):
        path = campaign(a.campgen, hosts, a.dir)
        actions = None
        for name, options in FORMS:
            command = [a.campgen, "plan", path] + options
            cpu, rss = least(command, a.times)
            said = subprocess.run(command, check=True,
                                  capture_output=True).stdout
            if actions is None:
                actions = int(re.search(rb"(\d+) actions", said)[1])
            print("%6d %9d %-8s %7.2f %8.1f %9.1f %9d" % (
                hosts, actions, name, cpu, rss / 1024, len(said) / 1e3,
                said.count(b"\n")), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
