#!/usr/bin/env python3
"""Tests the proof (X1, P1-P9): what campgen makes is proven, what is spoilt is
refused for the right reason, and so is a campaign that no compiler made.

    prove.py [--bin DIR] [--seeds A..B] [--fleets N] [--jobs N] [--keep DIR]

Environment, as of all tests: BUILD, SEED (one seed), CASES (how many), T (part
of a name). A failure prints SEED=n and keeps its files.
"""
import argparse
import copy
import multiprocessing
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check  # noqa: E402
import gen_fleet  # noqa: E402
import gen_hard  # noqa: E402
import gen_small  # noqa: E402
import imm  # noqa: E402
import run  # noqa: E402
import test_check  # noqa: E402

CG = '{urn:campgen:1}'
REPLACE = 'SA_IMM_ATTR_VALUES_REPLACE'


class Failure(Exception):
    pass


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def call(*args):
    r = subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True,
                       timeout=120, preexec_fn=limits)
    r.out = r.stdout.decode('utf-8', 'replace')
    r.err = r.stderr.decode('utf-8', 'replace')
    return r


def codes(text):
    return re.findall(r'error\[([A-Z]\d{3})\]', text)


def prove(camprun, folder, campaign, source='source.xml', target='target.xml',
          *more):
    return call(camprun, 'prove', os.path.join(folder, campaign),
                '--source', os.path.join(folder, source),
                '--target', os.path.join(folder, target), *more)


def proven(camprun, folder, campaign, *more):
    r = prove(camprun, folder, campaign, 'source.xml', 'target.xml', *more)
    m = re.fullmatch(r'proven: (\d+) actions, (\d+) failures, (\d+) states\n',
                     r.out)
    if r.returncode or not m or codes(r.err):
        raise Failure('%s %s is not proven, exit %d:\n%s' % (
            campaign, ' '.join(more), r.returncode, r.err[-1500:]))
    return [int(x) for x in m.groups()]


def refused(camprun, folder, campaign, allowed, name, source='source.xml'):
    r = prove(camprun, folder, campaign, source)
    got = codes(r.err)
    if r.returncode != 1 or not got or r.out or \
            not set(got) <= set(allowed):
        raise Failure('%s: exit %d, says %s, expected of %s\n%s' % (
            name, r.returncode, got, allowed, r.err[-1500:]))


# --- ways to spoil what campgen made: name, codes that may speak, change ---

SPOILT = []


def spoilt(*allowed):
    def keep(f):
        SPOILT.append((f.__name__, allowed, f))
        return f
    return keep


def kind(p):
    """Adds (0), modifies (1) or removes (2) EEs; None: does neither."""
    if any('safEEType=' in t.get('objectDN') for x in
           p.iter('targetEntityTemplate') for t in x.iter('type')):
        return 1
    if any(a.get('objectClassName') == 'SaPlmEE' for a in p.iter('added')):
        return 0
    return 2 if any(ees(r) for r in p.iter('removed')) else None


def ees(unit):
    return [e.get('objectDN') for e in unit.iter('byName')
            if e.get('objectDN').startswith('safEE=')]


@spoilt('R008')
def levels_swapped(root, rnd):
    ps = [p for p in root.iter('upgradeProcedure') if kind(p) is not None]
    pairs = [(a, b) for a in ps for b in ps if kind(a) < kind(b)]
    if not pairs:
        return False
    a, b = rnd.choice(pairs)
    x, y = a.get('saSmfExecLevel'), b.get('saSmfExecLevel')
    a.set('saSmfExecLevel', y)
    b.set('saSmfExecLevel', x)
    return True


@spoilt('R008')
def two_on_a_level(root, rnd):
    ps = list(root.iter('upgradeProcedure'))
    if len(ps) < 2:
        return False
    a, b = rnd.sample(ps, 2)
    a.set('saSmfExecLevel', b.get('saSmfExecLevel'))
    return True


@spoilt('R001', 'R005', 'R006', 'R009', 'R014')
def modify_missing(root, rnd):
    found = [(t, m) for t in root.iter('targetEntityTemplate')
             for m in t.findall('modifyOperation')
             if len(t.findall('modifyOperation')) > 1]
    if not found:
        return False
    t, m = rnd.choice(found)
    t.remove(m)
    return True


@spoilt('R001')
def value_changed(root, rnd):
    found = [v for t in root.iter('targetEntityTemplate')
             for a in t.iter('attribute') for v in a.iter('value')
             if 'Timeout' in a.get('name')]
    if not found:
        return False
    rnd.choice(found).text = '4711'
    return True


@spoilt('R001', 'R005', 'R006', 'R007', 'R008', 'R009', 'R014', 'C060',
        'C061', 'C062')
def acted_on_missing(root, rnd):
    found = [(a, e) for u in root.iter() if u.tag in ('deactivationUnit',
             'activationUnit') for a in u.findall('actedOn')
             for e in a.findall('byName') if len(a) > 1 and
             e.get('objectDN').startswith('safEE=')]
    if not found:
        return False
    a, e = rnd.choice(found)
    a.remove(e)
    return True


@spoilt('R006', 'C033', 'C035', 'C061')
def nesting_reversed(root, rnd):
    found = []
    for m in root.iter('singleStepUpgrade'):
        kids = list(m)
        pairs = [kids[i:i + 2] for i in range(0, len(kids), 2)]
        on = [[d for d in ees(p[0])] for p in pairs]
        if any(imm.below(a, b) for i in range(len(on)) for a in on[i]
               for k in range(i + 1, len(on)) for b in on[k]):
            found.append((m, pairs))
    if not found:
        return False
    m, pairs = rnd.choice(found)
    for x in list(m):
        m.remove(x)
    for p in reversed(pairs):
        m.extend(p)
    return True


def catches(root):
    return [a for i in root.iter('campInitAction')
            for m in i.iter('modify') for a in m.findall('attribute')
            if a.get('name') == 'saPlmDepNames' and
            'safDependency=' in m.get('objectDN', '')]


@spoilt('R005')
def caught_on_two(root, rnd):
    found = catches(root)
    every = sorted({v.text for a in found for v in a.iter('value')})
    if not found or len(every) < 2:
        return False
    a = rnd.choice(found)
    ET.SubElement(a, 'value').text = next(
        e for e in every if e != a.find('value').text)
    return True


@spoilt('R005')
def not_caught(root, rnd):
    found = [(c, m) for i in root.iter('campInitAction')
             for c in i.iter('immCCB') for m in c.findall('modify')
             if len(c) > 1 and any(a in catches(root) for a in m)]
    if not found:
        return False
    c, m = rnd.choice(found)
    if [a.get('name') for a in m] != ['saPlmDepNames']:
        return False
    names = [v.text for v in m.iter('value')]
    c.remove(m)
    return not one_sponsor(root, m.get('objectDN'), names)


SOURCE = None  # of the case being spoilt


def one_sponsor(root, dn, names):
    o = SOURCE.objects.get(dn)
    return o is not None and o.all('saPlmDepNames') == names


@spoilt('C031', 'C032', 'C033', 'R007')
def restart_embeds(root, rnd):
    found = [s for m in root.iter('singleStepUpgrade')
             for s in m.findall('upgradeStep')[:-1]]
    if not found:
        return False
    s = rnd.choice(found)
    s.set('saSmfStepInPhaseStep', '0')
    s.set('saSmfStepRestartOption', '1')
    return True


@spoilt('R001')
def never_mobilised(root, rnd):
    found = [(c, m) for w in root.iter('campCompleteAction')
             for c in w.iter('immCCB') for m in c.findall('modify')
             if len(c) > 1 and m.get('operation') == REPLACE and
             'safDependency=' in m.get('objectDN', '') and
             len(list(m.iter('value'))) > 1]
    if not found:
        return False
    c, m = rnd.choice(found)
    c.remove(m)
    return True


def spoil(camprun, folder, seed):
    global SOURCE
    SOURCE = imm.read(os.path.join(folder, 'source.xml'))
    tree = ET.parse(os.path.join(folder, 'campaign.xml'))
    n = 0
    for name, allowed, change in SPOILT:
        rnd = random.Random('%s %d' % (name, seed))
        root = copy.deepcopy(tree.getroot())
        if not change(root, rnd):
            continue
        ET.ElementTree(root).write(os.path.join(folder, name + '.xml'),
                                   encoding='utf-8', xml_declaration=True)
        refused(camprun, folder, name + '.xml', allowed, name)
        n += 1
    wrong_source(camprun, folder, tree)
    return n + 2


def one_wave(camprun, folder, must_fail):
    """All that modify at once: safe or not, the reason is a service, what
    stands on what, or that one changes what another needs."""
    root = ET.parse(os.path.join(folder, 'campaign.xml')).getroot()
    ps = [p for p in root.iter('upgradeProcedure') if kind(p) == 1]
    if len(ps) < 2:
        return
    root.set(CG + 'schedule', 'waves')
    for p in ps:
        p.set('saSmfExecLevel', ps[0].get('saSmfExecLevel'))
    ET.ElementTree(root).write(os.path.join(folder, 'wave.xml'),
                               encoding='utf-8', xml_declaration=True)
    r = prove(camprun, folder, 'wave.xml')
    got = set(codes(r.err))
    if (r.returncode == 0) == bool(got) or \
            not got <= {'R004', 'R006', 'R008', 'R009'} or \
            (must_fail and not got & {'R004', 'R006'}):
        raise Failure('all modified at once: exit %d, says %s\n%s' % (
            r.returncode, got, r.err[-1000:]))


def only_writes(root):
    """Done twice, it does what it did once: it writes values."""
    other = {'create', 'delete', 'byName', 'byTemplate', 'added', 'removed',
             'softwareBundle', 'targetEntityTemplate'}
    return not other & {x.tag for x in root.iter()}


def wrong_source(camprun, folder, tree):
    """Refused by the digest, and without one by what goes wrong."""
    refused(camprun, folder, 'campaign.xml', ('R011',), 'wrong source',
            'target.xml')
    root = copy.deepcopy(tree.getroot())
    del next(root.iter('configurationBase')).attrib[CG + 'source']
    ET.ElementTree(root).write(os.path.join(folder, 'no-digest.xml'),
                               encoding='utf-8', xml_declaration=True)
    r = prove(camprun, folder, 'no-digest.xml', 'target.xml')
    if r.returncode == 0 and only_writes(root):
        return
    if r.returncode != 1 or not codes(r.err):
        raise Failure('a wrong source without digest is accepted')


# --- random pairs ---

def fleet(seed, folder):
    r = random.Random('run fleet %d' % seed)
    red = r.choice([2, 2, 3])
    gen_fleet.generate(run.Args(
        hosts=r.randint(red, 12), vms=r.randint(1, 6),
        sponsors=r.randint(1, 4), redundancy=red, add=r.choice([0, 5, 20]),
        remove=r.choice([0, 5, 20]), seed=seed, outdir=folder))


def careful(folder, bin_, policy, level):
    """What the compiler makes is safe, or it says what cannot be kept up."""
    path = {n: os.path.join(folder, n) for n in
            ('source.xml', 'target.xml', 'campaign.xml')}
    r = call(os.path.join(bin_, 'campgen'), path['source.xml'],
             path['target.xml'], '-o', path['campaign.xml'], '-p', policy)
    if r.returncode == 1 and re.search(r'error\[P00[234]\]', r.err):
        return
    if r.returncode:
        raise Failure('exit %d: %s' % (r.returncode, r.err[-1000:]))
    found = check.check(path['source.xml'], path['target.xml'],
                        path['campaign.xml'], level)[0]
    if found:
        raise Failure('with %s: %s' % (policy, found[:3]))
    proven(os.path.join(bin_, 'camprun'), folder, 'campaign.xml', '-p', policy)


def small(seed, folder, bin_):
    """Nothing but services: what is compiled with care, and with leave for
    some of them, is safe. Whether one is lost without any care."""
    sis = gen_small.generate(seed, folder)
    few = random.Random('leave %d' % seed).sample(sis, len(sis) // 2)
    level = gen_small.LEVELS[seed % len(gen_small.LEVELS)]
    policies = {
        'none': '{}\n', 'leave': "outages:\n  accept: ['%s']\n" % "', '".join(
            few or 'x'),
        'level': 'fault-domains:\n  - {level: lowest, %s}\n' % ', '.join(
            "%s: '%s'" % i for i in level.items())}
    for name, text in policies.items():
        path = os.path.join(folder, name + '.yaml')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        careful(folder, bin_, path, level if name == 'level' else None)
    return loose(folder, bin_, level, few)


def case(kind_, seed, folder, bin_):
    if kind_ == 'small':
        return small(seed, folder, bin_)
    if kind_ == 'hard':
        gen_hard.generate(seed, folder)
        loose(folder, bin_)
    else:
        fleet(seed, folder)
    path = {n: os.path.join(folder, n + '.xml') for n in
            ('source', 'target', 'campaign')}
    how = 'balanced' if seed % 5 == 0 else 'listed'
    policy = os.path.join(folder, 'policy.yaml')
    with_ = ['-p', policy] if os.path.exists(policy) else []
    call(os.path.join(bin_, 'campgen'), path['source'], path['target'],
         '--catch=' + how, '-o', path['campaign'], *with_)
    if not os.path.exists(path['campaign']):
        return  # refused or equal: that is the business of run.py
    camprun = os.path.join(bin_, 'camprun')
    actions, failures, states = proven(camprun, folder, 'campaign.xml')
    if failures < actions or states <= actions:
        raise Failure('%d actions, but %d failures and %d states'
                      % (actions, failures, states))
    if proven(camprun, folder, 'campaign.xml', '--faults=none')[1] != 0:
        raise Failure('--faults=none counts failures')
    r = call(camprun, 'prove', path['campaign'], '--source', path['source'])
    if r.returncode:
        raise Failure('not proven without the target: ' + r.err[-1000:])
    spoil(camprun, folder, seed)
    one_wave(camprun, folder, kind_ == 'fleet')


def leave(path, few):
    """The campaign, but that it accepts no outage but those of a few SIs."""
    tree = ET.parse(path)
    for a in tree.getroot().iter('acceptableServiceOutage'):
        a[:] = [] if few else [ET.Element('none')]
        if few:
            ET.SubElement(a, 'max').set('value', str(len(few)))
        for si in few:
            ET.SubElement(a, 'mayGoUnassignedSI').set(
                'saSmfProcAcceptSIOutage', si)
    tree.write(path, encoding='utf-8', xml_declaration=True)


def loose(folder, bin_, level=None, few=()):
    """A campaign made as if every outage were accepted, and none is, or those
    of a few: the proof and the checker must agree on whether a service is
    lost, whatever fails together."""
    path = {n: os.path.join(folder, n) for n in
            ('source.xml', 'target.xml', 'loose.xml', 'loose.yaml')}
    with open(path['loose.yaml'], 'w', encoding='utf-8') as f:
        f.write('outages: {accept: all}\n')
    call(os.path.join(bin_, 'campgen'), path['source.xml'],
         path['target.xml'], '-p', path['loose.yaml'], '-o',
         path['loose.xml'])
    if not os.path.exists(path['loose.xml']):
        return False
    leave(path['loose.xml'], ())
    lost = agree(folder, bin_, None)
    if few:
        leave(path['loose.xml'], few)
        agree(folder, bin_, None)
        leave(path['loose.xml'], ())
    if level is not None:
        agree(folder, bin_, level, '-p', os.path.join(folder, 'level.yaml'))
    return lost


def agree(folder, bin_, level, *more):
    path = [os.path.join(folder, n) for n in
            ('source.xml', 'target.xml', 'loose.xml')]
    found = [f for f in check.check(*path, level)[0] if f[0] == 'P4']
    r = prove(os.path.join(bin_, 'camprun'), folder, 'loose.xml',
              'source.xml', 'target.xml', *more)
    lost = codes(r.err) == ['R004']
    if lost != bool(found):
        raise Failure('the checker finds %s, the proof (%s) says: %s' % (
            found[:3] or 'nothing', more, r.err[-1500:] or 'proven'))
    return lost


def one(job):
    kind_, seed, folder, bin_ = job
    name, lost = 'prove %s %d' % (kind_, seed), False
    folder = os.path.join(folder, 'prove-%s-%d' % (kind_, seed))
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    try:
        lost = case(kind_, seed, folder, bin_)
    except Failure as e:
        return name, 'SEED=%d (%s): %s' % (seed, folder, e), lost
    except subprocess.TimeoutExpired:
        return name, 'SEED=%d (%s): no end' % (seed, folder), lost
    shutil.rmtree(folder)
    return name, None, lost


# --- a campaign that no compiler made, and what can be wrong with it ---

# What the checker's rules are called here; None: the proof does not ask.
RULES = {'FINAL': ('R001',), 'P4': ('R004', 'R006', 'R009', 'C061'),
         'P5': ('R005',), 'P6': ('R006', 'R008'),
         'P7': ('R003', 'R006', 'R007', 'C031', 'C032', 'C033'), 'P8': ('R008',),
         'P9': ('R009',),
         'CCB': ('C034', 'C035', 'C036', 'C060', 'C061', 'C062'),
         'DIGEST': ('R011',), 'ONCE': ('R008', 'R006'),
         'AMF': ('R006', 'R009'), 'HOME': ('R006',)}
# Wrong for another reason here.
INSTEAD = {
    'modification_dropped': ('C007',),
    'template_hits_nothing': ('R009', 'R014'),
    'created_and_modified': ('C034', 'C043'),
}
# They write what is there already: for the proof nothing happens.
HARMLESS = {'caught_twice', 'unchanged_changed', 'changed_in_two',
            'changed_outside'}
ORDER = ['outageInfo', 'procInitAction', 'upgradeMethod', 'procWrapupAction']


def schema(root):
    """What the checker lets pass and the schema does not."""
    for p in root.iter('upgradeProcedure'):
        o = ET.Element('outageInfo')
        ET.SubElement(ET.SubElement(o, 'acceptableServiceOutage'), 'none')
        ET.SubElement(o, 'procedurePeriod').set('saSmfProcPeriod', '0')
        p.append(o)
        p[:] = sorted(p, key=lambda e: ORDER.index(e.tag))
    for s in root.iter('upgradeStep'):
        s.set('saSmfStepLockedReducedStep', '0')


def named(models):
    for m in models:
        for o in m.objects.values():
            for k, v in o.attrs.items():
                o.attrs[k] = ['safType=t' if x == 't' else x for x in v]


def by_hand(bin_, folder):
    camprun = os.path.join(bin_, 'camprun')
    os.makedirs(folder, exist_ok=True)
    named((test_check.SRC, test_check.TGT))
    imm.write(test_check.SRC, os.path.join(folder, 'source.xml'))
    imm.write(test_check.TGT, os.path.join(folder, 'target.xml'))
    ways = [('right', None, None)] + test_check.SPOILT
    for name, rules, change in ways:
        root = test_check.right()
        if change:
            change(root)
        schema(root)
        ET.ElementTree(root).write(os.path.join(folder, name + '.xml'),
                                   encoding='utf-8', xml_declaration=True)
        allowed = INSTEAD.get(name) or RULES.get(rules[0] if rules else '')
        if name in HARMLESS:
            allowed = None
        elif change and not allowed:
            continue
        yield name, camprun, allowed


def hand_made(bin_, folder):
    passed = failed = 0
    for name, camprun, allowed in by_hand(bin_, folder):
        try:
            if allowed:
                refused(camprun, folder, name + '.xml', allowed, name)
            else:
                proven(camprun, folder, name + '.xml')
            passed += 1
        except Failure as e:
            print('FAILED prove by hand: %s' % e)
            failed += 1
    return passed, failed


def main():
    build = os.environ.get('BUILD') or 'build'
    p = argparse.ArgumentParser(description='test the proof')
    p.add_argument('--bin', default=build)
    p.add_argument('--seeds')
    p.add_argument('--fleets', type=int)
    p.add_argument('--jobs', type=int, default=2)
    p.add_argument('--keep', default=os.path.join(build, 'prop'))
    a = p.parse_args()
    ET.register_namespace('cg', 'urn:campgen:1')
    seeds = range(1, int(os.environ.get('CASES') or 60) + 1)
    if a.seeds:
        first, _, last = a.seeds.partition('..')
        seeds = range(int(first), int(last or first) + 1)
    elif os.environ.get('SEED'):
        seeds = [int(os.environ['SEED'])]
    fleets = 1 + len(seeds) // 8 if a.fleets is None else a.fleets
    keep, bin_ = os.path.abspath(a.keep), os.path.abspath(a.bin)
    passed, failed = hand_made(bin_, os.path.join(keep, 'prove-by-hand'))
    jobs = [('hard', s, keep, bin_) for s in seeds] + \
        [('fleet', s, keep, bin_) for s in list(seeds)[:fleets]] + \
        [('small', s, keep, bin_) for s in list(seeds)[:40]]
    losing = 0
    with multiprocessing.Pool(a.jobs) as pool:
        for name, wrong, lost in pool.imap(one, jobs):
            losing += bool(lost)
            passed, failed = passed + (wrong is None), failed + bool(wrong)
            if wrong:
                print('FAILED %s: %s' % (name, wrong))
    if len(seeds) >= 40 and losing == 0:
        failed += 1
        print('FAILED prove small: no campaign loses a service')
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
