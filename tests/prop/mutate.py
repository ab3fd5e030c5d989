#!/usr/bin/env python3
"""Tests the proof with spoilt campaigns (X1, P1-P9): each way to spoil one is
tried at each of its places, and what two independent judges say of it must
agree: `camprun prove` refuses what check.py finds wrong.

    mutate.py [--bin DIR] [--seeds A..B] [--all] [--kind NAME] [--jobs N]

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
    return [remover(root, p) for p in procedures(root)]


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


def catches(root):
    return [(c, m, a) for c, m in lists(root, 'campInitAction')
            for a in m.findall('attribute')
            if a.get('name') == 'saPlmDepNames']


@kind('R005')
def caught_on_two(root):
    every = names_of(root)

    def f(a, dn):
        ET.SubElement(a, 'value').text = dn
    return [lambda a=a, e=e: f(a, e) for _, m, a in catches(root)
            for e in every[:6] if e not in values(a) and
            e != imm.parent_dn(m.get('objectDN'))]


@kind('R004', 'R005', 'R006', 'R008', 'R014')
def caught_elsewhere(root):
    """Another EE of the campaign carries it: a sponsor or not."""
    every = names_of(root)

    def f(a, dn):
        next(a.iter('value')).text = dn
    return [lambda a=a, e=e: f(a, e) for _, m, a in catches(root)
            for e in every[:8] if e not in values(a) and
            e != imm.parent_dn(m.get('objectDN'))]


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


@kind('R005', 'R006')
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


@kind('R007')
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


@kind('R001', 'R006', 'R008', 'R009', 'R014', 'C036', 'C060', 'C061', 'C062')
def removed_missing(root):
    return [remover(r, e) for r in root.iter('removed')
            for e in r.findall('byName')]


@kind('R001', 'R004', 'R005', 'R006', 'R007', 'R008', 'R009', 'R014')
def attribute_missing(root):
    return [remover(o, a) for o in root.iter('added')
            for a in o.findall('attribute')
            if not values(a)[0].startswith(a.get('name') + '=')]


@kind('R001', 'R004', 'R005', 'R006', 'R008', 'R009', 'R014', 'C033', 'C034',
      'C036', 'C043', 'C060', 'C061', 'C062')
def other_parent(root):
    every = ['='] + names_of(root)[:4]
    return [setter(o, 'parentObjectDN', e) for o in root.iter('added')
            for e in every if e != o.get('parentObjectDN')]


@kind('R001', 'R006', 'R008', 'R009', 'R014', 'C033', 'C034', 'C036', 'C042',
      'C060', 'C061', 'C062')
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
            v.text = v.text + '0' if v.text.isdigit() else v.text
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


@kind('R001', 'R005', 'R006', 'R009', 'C060', 'C061')
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


@kind('R001', 'R004', 'R005', 'R006', 'R007', 'R008', 'R009', 'R014', 'C036',
      'C060', 'C061', 'C062')
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


def mutants(tree, name, pick):
    n = len(places(tree, name))
    for i in pick(name, n):
        root = copy.deepcopy(tree)
        places(root, name)[i]()
        yield i, root
