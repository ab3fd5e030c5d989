#!/usr/bin/env python3
"""Tests the proof with spoilt campaigns (X1, P1-P9): each way to spoil one is
tried at each of its places, and what two independent judges say of it must
agree: `camprun prove` refuses what check.py finds wrong.

    mutate.py [--bin DIR] [--seeds A..B] [--all] [--kind NAME]... [--jobs N]

Without --all each kind is tried at a few places drawn by the seed. The last
line but one of a full run tells how many there were of each kind.

Environment, as of all tests: BUILD, SEED, CASES, T. A failure prints SEED=n
and keeps its files.
"""
import argparse
import collections
import copy
import glob
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import check  # noqa: E402
import gen_hard  # noqa: E402
import imm  # noqa: E402

CG = '{urn:campgen:1}'
REPLACE = 'SA_IMM_ATTR_VALUES_REPLACE'
ROOT = os.path.dirname(os.path.dirname(HERE))

# --- ways to spoil: each function gives the changes it could make, one for
# each place, as functions without arguments ---

KINDS = {}


def kind(*allowed):
    """allowed: the codes that may refuse such a campaign."""
    def keep(f):
        KINDS[f.__name__] = (f, set(allowed))
        return f
    return keep


def setter(e, name, value):
    return lambda: e.set(name, value)


def remover(parent, e):
    return lambda: parent.remove(e)


def swap(a, b, name):
    def f():
        x, y = a.get(name), b.get(name)
        a.set(name, y)
        b.set(name, x)
    return f


def parents(root, tag):
    """(parent, child) of all elements of a tag."""
    return [(p, c) for p in root.iter() for c in p if c.tag == tag]


def procedures(root):
    return list(root.iter('upgradeProcedure'))


def pairs(m):
    """The nested steps of a method: (scope, step)."""
    return [(m[i], m[i + 1]) for i in range(0, len(m), 2)]


def steps(root):
    return [(m, p) for m in root.iter('singleStepUpgrade') for p in pairs(m)]


def values(a):
    return [v.text or '' for v in a.iter('value')]


def lists(root, where):
    """Modifications of sponsor lists in actions of a name."""
    return [(c, m) for i in root.iter(where) for c in i.iter('immCCB')
            for m in c.findall('modify')
            if any(a.get('name') == 'saPlmDepNames' for a in m)]


def names_of(root):
    """All EEs the campaign speaks of, in order."""
    seen = {}
    for e in root.iter('byName'):
        if e.get('objectDN').startswith('safEE='):
            seen[e.get('objectDN')] = None
    for v in root.iter('value'):
        if (v.text or '').startswith('safEE=') and ',' in v.text:
            seen[v.text] = None
    return list(seen)


@kind('R008', 'R005', 'R006', 'R009', 'C061', 'C062')
def levels_swapped(root):
    ps = procedures(root)
    return [swap(a, b, 'saSmfExecLevel') for i, a in enumerate(ps)
            for b in ps[i + 1:]]


@kind('R008')
def two_on_a_level(root):
    ps = procedures(root)
    return [setter(b, 'saSmfExecLevel', a.get('saSmfExecLevel'))
            for i, a in enumerate(ps) for b in ps[i + 1:]]


@kind()
def level_gap(root):
    """Levels need not follow each other closely: the order is the same."""
    ps = procedures(root)

    def widen(k):
        for p in ps:
            n = int(p.get('saSmfExecLevel'))
            p.set('saSmfExecLevel', str(n + 7 * (n >= k)))
    return [lambda k=k: widen(k) for k in range(1, len(ps))]


@kind('R001', 'R005', 'R006', 'R008', 'R009', 'R014')
def modify_missing(root):
    return [remover(t, m) for t in root.iter('targetEntityTemplate')
            for m in t.findall('modifyOperation')
            if len(t.findall('modifyOperation')) > 1]


@kind('R001', 'R005', 'R006', 'R007', 'R008', 'R009', 'R014', 'C043')
def value_changed(root):
    def f(v):
        v.text = '4711' if v.text.isdigit() else v.text + 'x'
    return [lambda v=v: f(v) for t in root.iter('targetEntityTemplate')
            for v in t.iter('value') if v.text and '=' not in v.text]


@kind('R001', 'R002', 'R004', 'R005', 'R006', 'R007', 'R008', 'R009', 'R014',
      'C033', 'C060', 'C061', 'C062', 'C040', 'C036')
def acted_on_missing(root):
    return [remover(a, e) for a in root.iter('actedOn')
            for e in a.findall('byName')]


@kind('R006', 'R009', 'R014', 'C033', 'C035', 'C036', 'C060', 'C061', 'C062',
      'R007')
def nesting_reversed(root):
    def f(m):
        ps = pairs(m)
        for x in list(m):
            m.remove(x)
        for p in reversed(ps):
            m.extend(p)
    return [lambda m=m: f(m) for m in root.iter('singleStepUpgrade')
            if len(m) > 2]


@kind('R006', 'R007', 'R009', 'R014', 'C033', 'C035', 'C036', 'C060', 'C061',
      'C062')
def neighbours_swapped(root):
    def f(m, i):
        m[:] = m[:i] + m[i + 2:i + 4] + m[i:i + 2] + m[i + 4:]
    return [lambda m=m, i=i: f(m, i) for m in root.iter('singleStepUpgrade')
            for i in range(0, len(m) - 2, 2)]


@kind('R001', 'R005', 'R006', 'R008', 'R009', 'R014', 'C060', 'C061', 'C062')
def step_dropped(root):
    def f(m, p):
        for x in p:
            m.remove(x)
    return [lambda m=m, p=p: f(m, p) for m, p in steps(root) if len(m) > 2]


@kind('R001', 'R005', 'R006', 'R007', 'R008', 'R009', 'C061', 'C062')
def procedure_dropped(root):
    ps = procedures(root)
    return [remover(root, p) for p in ps if len(ps) > 1]


@kind('R006', 'R008', 'R009', 'R014', 'C038', 'C060', 'C061', 'C062')
def procedure_repeated(root):
    ps = procedures(root)

    def f(p):
        n = copy.deepcopy(p)
        n.set('safSmfProcedure', p.get('safSmfProcedure') + '-again')
        for q in ps:
            if int(q.get('saSmfExecLevel')) > int(p.get('saSmfExecLevel')):
                q.set('saSmfExecLevel', str(int(q.get('saSmfExecLevel')) + 1))
        n.set('saSmfExecLevel', str(int(p.get('saSmfExecLevel')) + 1))
        root.insert(list(root).index(p) + 1, n)
    return [lambda p=p: f(p) for p in ps]


@kind('R004', 'R005', 'R006', 'R007', 'R008', 'R009', 'R014')
def kinds_merged(root):
    """One procedure adds around what it modifies or removes."""
    ps = procedures(root)

    def adds(p):
        return any(o.get('objectClassName') == 'SaPlmEE'
                   for o in p.iter('added'))

    def f(a, b):
        m = b.find('.//singleStepUpgrade')
        m[:] = list(a.find('.//singleStepUpgrade')) + list(m)
        root.remove(a)
    return [lambda a=a, b=b: f(a, b) for a in ps if adds(a) for b in ps
            if not adds(b) and any(e.get('objectDN').startswith('safEE=')
                                   for e in b.iter('byName'))]


def catches(root):
    return [(c, m, a) for c, m in lists(root, 'campInitAction')
            for a in m.findall('attribute')
            if a.get('name') == 'saPlmDepNames']


@kind('R005', 'R009')
def caught_on_two(root):
    every = names_of(root)

    def f(a, dn):
        ET.SubElement(a, 'value').text = dn
    return [lambda a=a, e=e: f(a, e) for _, m, a in catches(root)
            for e in every[:6] if e not in values(a) and
            e != imm.parent_dn(m.get('objectDN'))]


@kind('R004', 'R005', 'R006', 'R008', 'R009', 'R014')
def caught_elsewhere(root):
    """Another EE of the campaign carries it: a sponsor or not."""
    every = names_of(root)

    def f(a, dn):
        next(a.iter('value')).text = dn
    return [lambda a=a, e=e: f(a, e) for _, m, a in catches(root)
            for e in every[:8] if e not in values(a) and
            e != imm.parent_dn(m.get('objectDN'))]


@kind('R001', 'R005', 'R009')
def added_on_two(root):
    """A new VM comes up with a choice of sponsors."""
    every = names_of(root)

    def f(a, dn):
        ET.SubElement(a, 'value').text = dn
    return [lambda a=a, e=e: f(a, e) for o in root.iter('added')
            if o.get('objectClassName') == 'SaPlmDependency'
            for a in o.findall('attribute')
            if a.get('name') == 'saPlmDepNames' and
            values(a)[0].startswith('safEE=') for e in every[:6]
            if e not in values(a) and e != o.get('parentObjectDN')]


@kind('R005', 'R006')
def not_caught(root):
    return [remover(c, m) for c, m in lists(root, 'campInitAction')]


@kind('R005', 'R006')
def caught_too_late(root):
    """In the procInitAction of the first procedure instead."""
    first = min(procedures(root), key=lambda p: int(p.get('saSmfExecLevel')),
                default=None)

    def f(c, m):
        c.remove(m)
        for i, x in enumerate(first):
            if x.tag == 'upgradeMethod':
                a = ET.Element('procInitAction')
                ET.SubElement(a, 'immCCB').append(m)
                a[0].set('ccbFlags', '0')
                first.insert(i, a)
                break
    return [lambda c=c, m=m: f(c, m) for c, m in
            lists(root, 'campInitAction') if first is not None]


@kind('R001')
def never_mobilised(root):
    return [remover(c, m) for c, m in lists(root, 'campCompleteAction')]


@kind('R004', 'R005', 'R006', 'R009', 'C062')
def mobilised_too_early(root):
    init = root.find('campaignInitialization')

    def f(c, m):
        c.remove(m)
        a = ET.SubElement(init, 'campInitAction')
        ET.SubElement(a, 'immCCB').append(m)
        a[0].set('ccbFlags', '0')
    return [lambda c=c, m=m: f(c, m)
            for c, m in lists(root, 'campCompleteAction')]


@kind('C031', 'C032', 'C033', 'R006', 'R007')
def restart_embeds(root):
    def f(s):
        s.set('saSmfStepInPhaseStep', '0')
        s.set('saSmfStepRestartOption', '1')
    return [lambda s=s: f(s) for m in root.iter('singleStepUpgrade')
            for s in m.findall('upgradeStep')[:-1]]


@kind('C031', 'C032', 'C033', 'C034', 'R005', 'R006', 'R007', 'R014')
def restarts(root):
    def f(s):
        s.set('saSmfStepInPhaseStep', '0')
        s.set('saSmfStepRestartOption', '1')
    return [lambda s=s: f(s) for m in root.iter('singleStepUpgrade')
            for s in m.findall('upgradeStep')[-1:]]


@kind('R007', 'C033')
def phase_flipped(root):
    """Out-of-phase instead of in-phase is wrong where a base type changes or
    an outer step adds or removes, and else a choice."""
    return [setter(s, 'saSmfStepInPhaseStep', '0')
            for s in root.iter('upgradeStep')
            if s.get('saSmfStepInPhaseStep') == '1']


@kind()
def phase_always_right(root):
    """In-phase instead of out-of-phase."""
    return [setter(s, 'saSmfStepInPhaseStep', '1')
            for s in root.iter('upgradeStep')
            if s.get('saSmfStepInPhaseStep') == '0' and
            s.get('saSmfStepRestartOption') == '0']


@kind()
def retried_more(root):
    """How often a step is tried again is the author's choice."""
    return [setter(s, 'saSmfStepMaxRetry', n)
            for s in root.iter('upgradeStep') for n in ('0', '3')]


@kind('R001', 'R014')
def remove_forgotten(root):
    """The old software stays."""
    return [remover(p, c) for p, c in parents(root, 'swRemove')]


@kind('R014')
def add_forgotten(root):
    """The new software is not there."""
    return [remover(p, c) for p, c in parents(root, 'swAdd')]


@kind('R009', 'R014', 'C042')
def other_bundle(root):
    every = sorted({c.get('bundleDN') for t in ('swAdd', 'swRemove')
                    for c in root.iter(t)})
    return [setter(c, 'bundleDN', b) for t in ('swAdd', 'swRemove')
            for c in root.iter(t) for b in every if b != c.get('bundleDN')]


@kind('R006', 'R014')
def other_environment(root):
    every = names_of(root)
    return [setter(c, 'plmExecEnviron', e) for c in root.iter('plmExecEnv')
            if c.get('plmExecEnviron') for e in every[:5]
            if e != c.get('plmExecEnviron')]


@kind('R001', 'R005', 'R006', 'R008', 'R009', 'R014', 'C034', 'C036', 'C042',
      'C060', 'C061', 'C062')
def added_missing(root):
    return [remover(p, c) for p, c in parents(root, 'added')]


@kind('R001', 'R005', 'R006', 'R008', 'R009', 'R014', 'C036', 'C060', 'C061',
      'C062')
def removed_missing(root):
    return [remover(r, e) for r in root.iter('removed')
            for e in r.findall('byName')]


@kind('R001', 'R004', 'R005', 'R006', 'R007', 'R008', 'R009', 'R014')
def attribute_missing(root):
    return [remover(o, a) for o in root.iter('added')
            for a in o.findall('attribute')
            if not values(a)[0].startswith(a.get('name') + '=')]


@kind('R001', 'R004', 'R005', 'R006', 'R008', 'R009', 'R014', 'C033', 'C034',
      'C035', 'C036', 'C043', 'C060', 'C061', 'C062')
def other_parent(root):
    every = ['='] + names_of(root)[:4]
    return [setter(o, 'parentObjectDN', e) for o in root.iter('added')
            for e in every if e != o.get('parentObjectDN')]


@kind('R001', 'R003', 'R006', 'R008', 'R009', 'R014', 'C033', 'C034', 'C036',
      'C042', 'C060', 'C061', 'C062')
def units_exchanged(root):
    def f(s):
        d, a = s.find('deactivationUnit'), s.find('activationUnit')
        for x in ('actedOn', 'swRemove', 'swAdd'):
            u, v = d.findall(x), a.findall(x)
            for k in u:
                d.remove(k)
            for k in v:
                a.remove(k)
            for i, k in enumerate(v):
                k.tag = k.tag.replace('swAdd', 'swRemove')
                d.insert(i if x == 'actedOn' else len(d), k)
            for i, k in enumerate(u):
                k.tag = k.tag.replace('swRemove', 'swAdd')
                a.insert(i if x == 'actedOn' else len(a), k)
    return [lambda s=s: f(s) for s in root.iter('forAddRemove')
            if s.find('removed') is None and
            s.find('deactivationUnit/removed') is not None or
            s.find('activationUnit/added') is not None]


@kind('R001', 'R004', 'R005', 'R006', 'R008', 'R009', 'R014', 'C043', 'C061')
def other_type(root):
    every = sorted({t.get('objectDN') for t in root.iter('type')} |
                   {v.text for v in root.iter('value')
                    if re.match(r'safVersion=[^,]*,safEEType=', v.text or '')})

    def f(v, t):
        v.text = t
    return [lambda v=v, t=t: f(v, t) for s in root.iter('upgradeScope')
            for v in s.iter('value') if v.text in every
            for t in every if t != v.text]


@kind('R001', 'R005', 'R006', 'R008', 'R009', 'R014')
def other_template(root):
    every = sorted({t.get('objectDN') for t in root.iter('type')})
    return [setter(t, 'objectDN', e) for t in root.iter('type')
            for e in every if e != t.get('objectDN')]


@kind('R001', 'R006', 'R008')
def changed_twice(root):
    """The same attribute again, to something else."""
    def f(t, m):
        n = copy.deepcopy(m)
        for v in n.iter('value'):
            if (v.text or '').isdigit():
                v.text += '0'
        t.append(n)
    return [lambda t=t, m=m: f(t, m)
            for t in root.iter('targetEntityTemplate')
            for m in t.findall('modifyOperation')]


@kind('R001', 'R005', 'R006', 'R009', 'R014', 'C060', 'C061', 'C034', 'C043')
def added_to_instead(root):
    """VALUES_ADD, where the whole list is meant."""
    return [setter(m, 'operation', 'SA_IMM_ATTR_VALUES_ADD')
            for t in ('modify', 'modifyOperation') for m in root.iter(t)
            if m.get('operation') == REPLACE]


@kind('R001', 'R005', 'R006', 'R009', 'C034', 'C036', 'C060', 'C061', 'C062')
def init_dropped(root):
    return [remover(c, m) for i in root.iter('campInitAction')
            for c in i.iter('immCCB') for m in c]


@kind('R001', 'R006', 'R009', 'C036', 'C060', 'C061', 'C062')
def complete_dropped(root):
    return [remover(c, m) for i in root.iter('campCompleteAction')
            for c in i.iter('immCCB') for m in c]


@kind('R001', 'R004', 'R005', 'R006', 'R008', 'R009', 'R014', 'C034', 'C036',
      'C060', 'C061', 'C062')
def complete_first(root):
    """What is to be done at the end is done at the beginning."""
    init = root.find('campaignInitialization')

    def f(c, m):
        c.remove(m)
        a = ET.SubElement(init, 'campInitAction')
        ET.SubElement(a, 'immCCB').append(m)
        a[0].set('ccbFlags', '0')
    return [lambda c=c, m=m: f(c, m) for i in root.iter('campCompleteAction')
            for c in i.iter('immCCB') for m in c]


@kind('R001', 'R005', 'R006', 'R009', 'C060', 'C061')
def wrapup_to_init(root):
    def f(w):
        w.tag = 'procInitAction'
    order = ['outageInfo', 'procInitAction', 'upgradeMethod',
             'procWrapupAction']

    def g(p, w):
        f(w)
        p[:] = sorted(p, key=lambda e: order.index(e.tag))
    return [lambda p=p, w=w: g(p, w) for p, w in
            parents(root, 'procWrapupAction')]


@kind('R001', 'R005', 'R006', 'R008', 'R009', 'C060', 'C061')
def init_to_wrapup(root):
    order = ['outageInfo', 'procInitAction', 'upgradeMethod',
             'procWrapupAction']

    def g(p, w):
        w.tag = 'procWrapupAction'
        p[:] = sorted(p, key=lambda e: order.index(e.tag))
    return [lambda p=p, w=w: g(p, w) for p, w in
            parents(root, 'procInitAction')]


@kind('R001', 'R009')
def old_type_stays(root):
    r = root.find('.//removeFromImm')
    return [remover(r, e) for e in r]


@kind('R009', 'C061', 'C062', 'R014')
def old_type_goes_first(root):
    """It is deleted at the beginning, while it is in use."""
    init = root.find('campaignInitialization')
    r = root.find('.//removeFromImm')

    def f(e):
        r.remove(e)
        a = ET.SubElement(init, 'campInitAction')
        c = ET.SubElement(a, 'immCCB', ccbFlags='0')
        ET.SubElement(c, 'delete', objectDN=e.get('objectDN') or
                      e.get('bundleDN'))
    return [lambda e=e: f(e) for e in r]


@kind('R011')
def other_source(root):
    return [setter(c, CG + 'source', '0' * 64)
            for c in root.iter('configurationBase')]


@kind('R001', 'R003', 'R004', 'R005', 'R006', 'R007', 'R008', 'R009', 'R014',
      'C036', 'C060', 'C061', 'C062')
def acted_on_too(root):
    """One step acts on an EE of another procedure as well."""
    every = names_of(root)

    def f(a, e):
        ET.SubElement(a, 'byName', objectDN=e)
    return [lambda a=a, e=e: f(a, e) for a in root.iter('actedOn')
            for e in every[:5] if all(b.get('objectDN') != e for b in a)]


# --- judging ---

def call(*args):
    return subprocess.run(args, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=60)


def verdict(camprun, campaign, source, target):
    r = call(camprun, 'prove', campaign, '--source', source, '--target',
             target)
    text = r.stderr.decode('utf-8', 'replace')
    return r.returncode, re.findall(r'error\[([A-Z]\d{3})\]', text), text


def places(root, name):
    return KINDS[name][0](root)


EMPTY = ('actedOn', 'removed', 'immCCB', 'campInitAction',
         'campCompleteAction', 'procInitAction', 'procWrapupAction')


def tidy(root):
    """What became empty goes: the schema is not to be what refuses."""
    for tag in EMPTY:
        for p, c in parents(root, tag):
            if len(c) == 0:
                p.remove(c)


def mutants(tree, name, pick):
    """The campaigns that one kind makes of a campaign, with their places."""
    n = len(places(tree, name))
    for i in pick(name, n):
        root = copy.deepcopy(tree)
        places(root, name)[i]()
        tidy(root)
        yield i, root

# What check.py finds and the proof accepts, and why that is no hole: the
# campaign is another one, but as good by the nine rules.
AS_GOOD = {
    # the order of execution is the same
    'level_gap': {'P8'},
    # the second time it finds nothing to change, and all comes back
    'procedure_repeated': {'MOD', 'ONCE'},
    # the same value is written twice in one change
    'changed_twice': {'CCB', 'MOD'},
    # what was there is part of what is to be, so adding gives the same
    'added_to_instead': {'MOD'},
    # more is taken down than has to be, and nothing suffers from it
    'acted_on_too': {'BUNDLE', 'MOD', 'P7', 'TREE'},
    # the CLM node is still locked, and the AMF node on it is out with it
    'acted_on_missing': {'HOME'},
    # see alone()
    'not_caught': {'P5'}, 'caught_too_late': {'P5'}, 'init_dropped': {'P5'},
}
CAUGHT_LATE = ('not_caught', 'caught_too_late', 'init_dropped')


def alone(source, finding):
    """A VM that lists one sponsor only is caught without a word."""
    lists_ = [o for dn, o in imm.read(source).objects.items()
              if o.cls == 'SaPlmDependency' and
              imm.parent_dn(dn) == finding[2] and
              any(x.startswith('safEE=') for x in o.all('saPlmDepNames'))]
    return len(lists_) == 1 and len(lists_[0].all('saPlmDepNames')) == 1


def as_good(name, found, source):
    return {f[0] for f in found} <= AS_GOOD.get(name, set()) and (
        name not in CAUGHT_LATE or all(alone(source, f) for f in found))


def readable(codes, text):
    """Place, rule, and for what happens on the way, the action."""
    for line in text.split('\n'):
        m = re.match(r'(.*):(\d+):(\d+): error\[R00(\d)\]: (.*)', line)
        if m and not m.group(5).startswith('P%s: ' % m.group(4)):
            return False
    return not any(re.fullmatch('R00[2-9]|R014', c) for c in codes) or \
        re.search(r'note: (at|while undoing or rolling back) action \d+ of '
                  r'\d+', text) is not None


def judge(name, camprun, path, source, target):
    """(verdict, None) or what is wrong with the proof."""
    rc, codes, text = verdict(camprun, path, source, target)
    if rc not in (0, 1) or (rc == 1) != bool(codes):
        return 'exit %d, says %s\n%s' % (rc, codes, text[-800:])
    if codes:
        if not set(codes) <= KINDS[name][1]:
            return 'says %s\n%s' % (codes, text[-1200:])
        if not readable(codes, text):
            return 'no trace to follow:\n%s' % text[-1200:]
        return None
    found = check.check(source, target, path)[0]
    if not found or as_good(name, found, source):
        return None
    return 'is proven, but wrong: %s' % '\n'.join(
        '%s %s "%s": %s' % f for f in found[:4])


# --- cases ---

def example(name, folder, campgen):
    for n in ('source', 'target'):
        path = glob.glob(os.path.join(ROOT, 'examples', name, n + '.*'))[0]
        call(campgen, 'convert', path, '-o',
             os.path.join(folder, n + '.xml'))
    shutil.copy(os.path.join(ROOT, 'examples', name, 'campaign.xml'), folder)


def hard(seed, folder, campgen):
    gen_hard.generate(int(seed), folder)
    call(campgen, os.path.join(folder, 'source.xml'),
         os.path.join(folder, 'target.xml'), '-o',
         os.path.join(folder, 'campaign.xml'))


def one(job):
    what, name, most, kinds, folder, bin_ = job
    folder = os.path.join(folder, 'mutate-%s-%s' % (what, name))
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    campgen, camprun = (os.path.join(bin_, n) for n in ('campgen', 'camprun'))
    {'example': example, 'hard': hard}[what](name, folder, campgen)
    source, target, campaign = (os.path.join(folder, n + '.xml')
                                for n in ('source', 'target', 'campaign'))
    tried, wrong = collections.Counter(), []
    if os.path.exists(campaign):
        tree = ET.parse(campaign).getroot()
        for k in kinds:
            rnd = random.Random('%s %s %s' % (what, name, k))

            def pick(_, n, rnd=rnd):
                return range(n) if most is None or n <= most else \
                    sorted(rnd.sample(range(n), most))
            for i, root in mutants(tree, k, pick):
                path = os.path.join(folder, '%s-%d.xml' % (k, i))
                ET.ElementTree(root).write(path, encoding='utf-8',
                                           xml_declaration=True)
                why = judge(k, camprun, path, source, target)
                tried[k] += 1
                if why:
                    wrong.append('%s: %s' % (path, why))
                else:
                    os.unlink(path)
    if not wrong:
        shutil.rmtree(folder)
    return '%s %s' % (what, name), tried, wrong


def jobs(a):
    build = os.environ.get('BUILD') or 'build'
    bin_, keep = os.path.abspath(a.bin), os.path.abspath(
        os.path.join(build, 'prop'))
    most = None if a.all else 1
    kinds = a.kind or list(KINDS)
    names = sorted(os.path.basename(p) for p in
                   glob.glob(os.path.join(ROOT, 'examples', '0*')))
    if os.environ.get('SEED'):
        names, seeds = [], [int(os.environ['SEED'])]
    else:
        first, _, last = a.seeds.partition('..')
        seeds = range(int(first), int(last or first) + 1)
    out = [('example', n, most, kinds, keep, bin_) for n in names]
    out += [('hard', str(n), most, kinds, keep, bin_) for n in seeds]
    part = os.environ.get('T') or ''
    return [j for j in out if part in 'mutate.py %s %s' % j[:2]]


def main():
    p = argparse.ArgumentParser(description='spoil campaigns')
    p.add_argument('--bin', default=os.environ.get('BUILD') or 'build')
    p.add_argument('--seeds', default='1..%d' % max(
        1, int(os.environ.get('CASES') or 30) // 5))
    p.add_argument('--all', action='store_true')
    p.add_argument('--kind', action='append')
    p.add_argument('--jobs', type=int, default=2)
    a = p.parse_args()
    ET.register_namespace('cg', 'urn:campgen:1')
    passed, failed, total = 0, 0, collections.Counter()
    with multiprocessing.Pool(a.jobs) as pool:
        for name, tried, wrong in pool.imap(one, jobs(a)):
            total += tried
            passed += sum(tried.values()) - len(wrong)
            failed += len(wrong)
            for w in wrong:
                print('FAILED mutate %s: SEED=%s: %s' % (
                    name, name.split()[-1], w))
    if a.all:
        print('%d kinds: %s' % (len(total), ', '.join(
            '%s %d' % x for x in sorted(total.items()))))
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
