#!/usr/bin/env python3
"""Does the bench beside other planners give all of them the same fleet, and
does it judge what they answer rightly? Needs none of them."""
import os
import sys
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peers  # noqa: E402

counts = {'passed': 0, 'failed': 0}


def check(name, holds, why=''):
    counts['passed' if holds else 'failed'] += 1
    if not holds:
        print('FAIL %s: %s' % (name, why))


def ganeti(f, drbd):
    parts = [p.split('\n') for p in
             peers.ganeti(f, drbd).rstrip('\n').split('\n\n')]
    check('five sections', [len(p) for p in parts] ==
          [1, f.hosts, f.hosts * peers.VMS, 1, 2], [len(p) for p in parts])
    nodes = {n.split('|')[0]: n.split('|') for n in parts[1]}
    check('columns of nodes', {len(n) for n in nodes.values()} == {15})
    used = {n: 0 for n in nodes}
    tags = {}
    for line in parts[2]:
        i = line.split('|')
        vm, home = int(i[0][3:]), int(i[6][5:])
        check('columns of instances', len(i) == 13, line)
        check('a VM is at home', home == f.candidates[vm][0], line)
        check('a second place for DRBD only', i[7] == (
            'host-%05d' % f.candidates[vm][1] if drbd else ''), line)
        used[i[6]] += int(i[1])
        tags.setdefault(i[9], []).append(vm)
    check('memory adds up', all(int(n[1]) == int(n[2]) + int(n[3]) +
                                used[n[0]] for n in nodes.values()))
    check('a tag for each service', sorted(tags.values()) ==
          sorted(sorted(s) for s in f.services))


def pacemaker(f):
    root = ET.fromstring(peers.pacemaker(f, {1}))
    check('a node for each host', len(root.findall('.//nodes/node')) ==
          f.hosts)
    on = [n for n in root.findall('.//nodes/node')
          if n.find('instance_attributes/nvpair').get('value') == 'on']
    check('one in standby', [n.get('uname') for n in on] == ['host-00001'])
    at = {}
    for c in root.iter('rsc_location'):
        at.setdefault(int(c.get('rsc')[3:]), set()).add(
            int(c.get('node')[5:]))
    check('candidates are those of the fleet', at ==
          {v: set(c) for v, c in f.candidates.items()})
    check('replicas exclude each other', sorted(
        (int(c.get('rsc')[3:]), int(c.get('with-rsc')[3:]))
        for c in root.iter('rsc_colocation')) ==
        sorted(map(tuple, f.services)))
    for n in root.iter('node_state'):
        for r in n.iter('lrm_resource'):
            check('VMs run at home', f.home(int(r.get('id')[3:])) ==
                  int(n.get('uname')[5:]))
    ids = [e.get('id') for part in ('nodes', 'resources', 'constraints')
           for e in root.find('.//' + part).iter() if e.get('id')]
    check('ids are distinct', len(ids) == len(set(ids)))


def judged(f):
    a, b = f.services[0]
    check('both replicas down are a service lost',
          f.lost([f.home(a), f.home(b)]) >= 1)
    check('one host alone loses none', all(f.lost([h]) == 0
                                           for h in range(f.hosts)))
    text = 'host-%05d,host-%05d\n  vm-%07d host-%05d\n' % (
        f.home(a), f.home(b), a, f.home(b))
    groups = peers.groups_of(text)
    check('groups are read', groups == [([f.home(a), f.home(b)],
                                         [(a, f.home(b))])], groups)
    n, _, moves, _, lost, broken = peers.judge_groups(f, groups, True)
    check('a move there and back', (n, moves, lost, broken) == (1, 2, 0, 1))
    n, _, moves, _, lost, broken = peers.judge_groups(
        f, [(groups[0][0], [])], False)
    check('a group that goes down', (n, moves, broken) == (1, '-', '-') and
          lost == f.lost(groups[0][0]))


def main():
    for sponsors, stay, room in ((4, 0, 0), (8, 100, 10)):
        f = peers.Fleet(8, sponsors, stay, room)
        check('8 VMs a host', len(f.candidates) == 8 * peers.VMS)
        for drbd in (False, True):
            ganeti(f, drbd)
        pacemaker(f)
        judged(f)
    print('%d passed, %d failed' % (counts['passed'], counts['failed']))
    return counts['failed'] > 0


if __name__ == '__main__':
    sys.exit(main())
