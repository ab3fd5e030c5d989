#!/usr/bin/env python3
"""A rolling campaign does what the written-out one does (T14).

    rolling.py [--bin DIR] [--seeds A..B] [--keep DIR]

Runs of neighbouring procedures that differ in names only are written as one
rolling procedure, from the description in campaign(5) alone, and by `campgen
--rolling`. What is then proven and run must be the same actions in the same
order: verb, entity, place, bundle and result of every event.

Environment: BUILD, SEED, CASES as of all tests. A failure prints SEED=n.
"""
import argparse
import copy
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import gen_fleet  # noqa: E402
import gen_hard  # noqa: E402
import imm  # noqa: E402
import run  # noqa: E402
from prove import CG, Failure, call, codes, prove  # noqa: E402


def text(e):
    return ET.tostring(e, encoding='unicode').strip()


def pairs(p):
    m = p.find('upgradeMethod/singleStepUpgrade')
    kids = list(m) if m is not None else []
    return list(zip(kids[::2], kids[1::2]))


def shape(p, src):
    """What must be equal in alike procedures; None: it cannot roll."""
    out = [text(p.find('outageInfo'))]
    if p.find('procInitAction') is not None or \
            p.find('procWrapupAction') is not None:
        return None
    for scope, step in pairs(p):
        m = scope.find('forModify')
        if m is None:
            return None
        names = [e.get('objectDN') for e in m.iter('byName')]
        types = {src.objects[n].get('saPlmEEType') for n in names
                 if n in src.objects}
        if len(types) != 1 or None in types:
            return None
        step = copy.deepcopy(step)
        step.attrib = {k: v for k, v in step.attrib.items()
                       if not k.startswith('{')}
        rest = [text(e) for t in ('swRemove', 'swAdd')
                for e in m.iter(t)] + \
            [text(e) for e in m.findall('targetEntityTemplate')]
        out.append((types.pop(), text(step), tuple(rest)))
    return tuple(out) if len(out) > 1 else None


def root_of(p):
    """What the innermost pair acts on; it must be one EE."""
    names = [e.get('objectDN') for e in pairs(p)[-1][0].iter('byName')]
    return names[0] if len(names) == 1 else None


def roll(run_, src, by_type):
    """One procedure for all of a run. by_type: where its nodes are all of
    their type in the domain they are not named."""
    first, roots = run_[0], [root_of(p) for p in run_]
    m = first.find('upgradeMethod')
    kids = pairs(first)
    last = src.objects[roots[0]].get('saPlmEEType')
    by_type = by_type and len(roots) == sum(
        o.get('saPlmEEType') == last for o in src.objects.values())
    m.remove(m.find('singleStepUpgrade'))
    rolling = ET.SubElement(m, 'rollingUpgrade')
    for i, (scope, step) in enumerate(kids):
        old = scope.find('forModify')
        type_ = src.objects[next(old.iter('byName')).get('objectDN')].get(
            'saPlmEEType')
        new = ET.SubElement(ET.SubElement(rolling, 'upgradeScope'),
                            'byTemplate')
        node = ET.SubElement(new, 'targetNodeTemplate', objectDN=next(
            o.dn for o in src.objects.values() if o.cls == 'SaPlmDomain'))
        unit = ET.SubElement(node, 'activationUnitTemplate')
        if i + 1 < len(kids) or by_type:
            ET.SubElement(unit, 'type', objectDN=type_)
        else:
            for dn in roots:
                ET.SubElement(unit, 'parent', objectDN=dn)
                ET.SubElement(unit, 'type', objectDN=type_)
        for t in ('swRemove', 'swAdd'):
            node.extend(old.iter(t))
        new.extend(old.findall('targetEntityTemplate'))
        rolling.append(step)


def rolled(root, src, by_type):
    """Makes runs of alike procedures one each; how many went."""
    ps = sorted(root.iter('upgradeProcedure'),
                key=lambda p: int(p.get('saSmfExecLevel')))
    gone, i, runs = 0, 0, 0
    while i < len(ps):
        k, s = i + 1, shape(ps[i], src)
        while k < len(ps) and s is not None and root_of(ps[i]) and \
                root_of(ps[k]) and shape(ps[k], src) == s:
            k += 1
        if k - i > 1:
            roll(ps[i:k], src, by_type)
            for p in ps[i + 1:k]:
                root.remove(p)
            gone += k - i - 1
            runs += 1
        i = k
    levels = sorted(root.iter('upgradeProcedure'),
                    key=lambda p: int(p.get('saSmfExecLevel')))
    for n, p in enumerate(levels):
        p.set('saSmfExecLevel', str(n))
    return gone, runs


def events(bin_, folder, name, *more):
    """What a run does, procedures and numbers of steps aside."""
    # a synced write an action is slow, and not what is asked about here
    fast = '/dev/shm' if os.access('/dev/shm', os.W_OK) else folder
    state = os.path.join(tempfile.mkdtemp(dir=fast), 'state')
    path = os.path.join(folder, 'events-' + name)
    r = call(os.path.join(bin_, 'camprun'), 'run',
             os.path.join(folder, name + '.xml'), '--source',
             os.path.join(folder, 'source.xml'), '--state', state,
             '--driver=sim', '--yes', '--commit', '--events=' + path, *more)
    shutil.rmtree(os.path.dirname(state))
    with open(path) as f:
        out = [json.loads(x) for x in f]
    steps = {e['step'] for e in out if 'step' in e}
    for e in out:
        for k in ('t', 'procedure', 'step'):
            e.pop(k, None)
    return r.returncode, out, steps, r.err


def same(bin_, folder, name, n, *more):
    a, b = (events(bin_, folder, x, *more) for x in ('campaign', name))
    if a[0] != b[0]:
        raise Failure('%s: exit %d, not %d\n%s' % (name, b[0], a[0],
                                                   b[3][-1500:]))
    for x, y in zip(a[1], b[1]):
        if x != y:
            raise Failure('%s: does %s\nnot %s' % (name, y, x))
    if len(a[1]) != len(b[1]):
        raise Failure('%s: %d events, not %d' % (name, len(b[1]), len(a[1])))
    if not more and max(b[2]) < n:
        raise Failure('%s: only %s steps' % (name, max(b[2])))


def proven(bin_, folder, name):
    r = call(os.path.join(bin_, 'camprun'), 'prove',
             os.path.join(folder, name + '.xml'), '--source',
             os.path.join(folder, 'source.xml'), '--target',
             os.path.join(folder, 'target.xml'))
    if r.returncode:
        raise Failure('%s is not proven: %s' % (name, r.err[-1500:]))
    return r.out


def procedures(path):
    return [p.get('safSmfProcedure') for p in
            ET.parse(path).getroot().iter('upgradeProcedure')]


def folded(bin_, folder):
    """As campgen writes it."""
    r = call(os.path.join(bin_, 'campgen'),
             os.path.join(folder, 'source.xml'),
             os.path.join(folder, 'target.xml'), '--rolling', '-o',
             os.path.join(folder, 'rolling.xml'))
    if r.returncode:
        raise Failure('--rolling: exit %d: %s' % (r.returncode,
                                                  r.err[-1000:]))
    if proven(bin_, folder, 'rolling') != proven(bin_, folder, 'campaign'):
        raise Failure('--rolling: proven otherwise')
    same(bin_, folder, 'rolling', 0)
    same(bin_, folder, 'rolling', 0, '--fail=unlock:*VMM*:2')


def large(bin_, folder):
    """2,000 hosts that are alike are one small procedure; one that differs
    stays by itself, and the others around it roll."""
    gen_fleet.generate(run.Args(hosts=2000, vms=0, sponsors=1, redundancy=2,
                                add=0, remove=0, seed=1, outdir=folder))
    args = [os.path.join(bin_, 'campgen')] + [os.path.join(folder, n + '.xml')
                                              for n in ('source', 'target')]
    out = os.path.join(folder, 'rolling.xml')
    call(*args, '--rolling', '-o', out)
    if len(procedures(out)) != 1 or os.path.getsize(out) > 20000:
        raise Failure('2,000 hosts: %d procedures, %d bytes' % (
            len(procedures(out)), os.path.getsize(out)))
    proven(bin_, folder, 'rolling')
    target = os.path.join(folder, 'target.xml')
    with open(target) as f:
        text_ = f.read()
    dn = 'safEE=VMM,safEE=HostOS,safHE=blade-00700,%s' % gen_fleet.DOMAIN
    at = text_.index('<value>120000000000', text_.index('<dn>%s<' % dn))
    with open(target, 'w') as f:
        f.write(text_[:at] + '<value>77' + text_[at + len('<value>120'):])
    call(*args, '--rolling', '-o', out)
    got = procedures(out)
    if [x[-5:] for x in got] != ['00000', '00700', '00701']:
        raise Failure('one host differs: %s' % got)
    if os.path.getsize(out) < 100000:
        raise Failure('the nodes are not named')
    proven(bin_, folder, 'rolling')
    shared_level(bin_, folder)


def shared_level(bin_, folder):
    """What rolls has its level to itself."""
    tree = ET.parse(os.path.join(folder, 'rolling.xml'))
    tree.getroot().set(CG + 'schedule', 'waves')
    for p in tree.getroot().iter('upgradeProcedure'):
        p.set('saSmfExecLevel', '0')
    tree.write(os.path.join(folder, 'shared.xml'), encoding='utf-8',
               xml_declaration=True)
    r = prove(os.path.join(bin_, 'camprun'), folder, 'shared.xml')
    if r.returncode != 1 or codes(r.err) != ['R008'] or \
            'a rolling procedure has a level of its own' not in r.err:
        raise Failure('a shared level: exit %d\n%s' % (r.returncode,
                                                       r.err[-1000:]))


def case(bin_, seed, folder):
    """How many procedures became one."""
    r = random.Random('rolling %d' % seed)
    if seed % 3 == 0:
        gen_hard.generate(seed, folder)
    else:
        gen_fleet.generate(run.Args(
            hosts=r.randint(2, 14), vms=r.randint(1, 4),
            sponsors=r.choice([1, 1, 2]), redundancy=2, add=r.choice([0, 0, 20]),
            remove=r.choice([0, 0, 20]), seed=seed, outdir=folder))
    path = os.path.join(folder, 'campaign.xml')
    call(os.path.join(bin_, 'campgen'), os.path.join(folder, 'source.xml'),
         os.path.join(folder, 'target.xml'), '-o', path)
    if not os.path.exists(path):
        return 0
    src = imm.read(os.path.join(folder, 'source.xml'))
    folded(bin_, folder)
    tree = ET.parse(path)
    named = copy.deepcopy(tree.getroot())
    gone, runs = rolled(named, src, False)
    if not gone:
        return 0
    out = proven(bin_, folder, 'campaign')
    typed = copy.deepcopy(tree.getroot())
    rolled(typed, src, True)
    for name, root in (('named', named), ('typed', typed)):
        ET.ElementTree(root).write(os.path.join(folder, name + '.xml'),
                                   encoding='utf-8', xml_declaration=True)
        if proven(bin_, folder, name) != out:
            raise Failure('%s: proven otherwise' % name)
        same(bin_, folder, name, gone // runs + 1)
        same(bin_, folder, name, 0, '--fail=terminate:*VM*')
        same(bin_, folder, name, 0, '--fail=instantiate:*' + imm.rdn(r.choice(
            [e.get('objectDN') for e in tree.iter('byName')])) + '*:5')
    return gone


def main():
    build = os.environ.get('BUILD') or 'build'
    p = argparse.ArgumentParser(description='compare rolling campaigns')
    p.add_argument('--bin', default=build)
    p.add_argument('--seeds')
    p.add_argument('--keep', default=os.path.join(build, 'prop'))
    a = p.parse_args()
    ET.register_namespace('cg', 'urn:campgen:1')
    seeds = range(1, int(os.environ.get('CASES') or 7) + 1)
    if a.seeds:
        first, _, last = a.seeds.partition('..')
        seeds = range(int(first), int(last or first) + 1)
    elif os.environ.get('SEED'):
        seeds = [int(os.environ['SEED'])]
    passed = failed = gone = 0
    folder = os.path.join(os.path.abspath(a.keep), 'roll-large')
    try:
        large(os.path.abspath(a.bin), folder)
        passed += 1
        shutil.rmtree(folder)
    except Failure as e:
        print('FAILED rolling: (%s): %s' % (folder, e))
        failed += 1
    for seed in seeds:
        folder = os.path.join(os.path.abspath(a.keep), 'roll-%d' % seed)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        try:
            gone += case(os.path.abspath(a.bin), seed, folder)
            passed += 1
            shutil.rmtree(folder)
        except (Failure, subprocess.TimeoutExpired) as e:
            print('FAILED rolling: SEED=%d (%s): %s' % (seed, folder, e))
            failed += 1
    if len(seeds) > 5 and gone < 10:
        print('FAILED rolling: only %d procedures rolled' % gone)
        failed += 1
    if a.seeds:
        print('%d procedures rolled' % gone)
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
