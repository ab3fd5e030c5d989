#!/usr/bin/env python3
"""Every way in which procedures of one level can meet, tried out (P4, P6, P9).

    interleave.py [--bin DIR] [--seeds A..B] [--keep DIR]

Small campaigns are compiled one procedure a level. Two neighbours of one kind
are then put on one level, some of them with a change of the model added that
may or may not disturb the other. A program that shares nothing with camprun
carries out all interleavings of their actions, and must find the pair safe
exactly where `camprun prove` does. A whole wave is grown procedure by
procedure, and run in random orders.

Environment: BUILD, SEED, CASES as of all tests. A failure prints SEED=n.
"""
import argparse
import copy
import itertools
import os
import random
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import campaign  # noqa: E402
import gen_fleet  # noqa: E402
import gen_hard  # noqa: E402
import imm  # noqa: E402
import run  # noqa: E402
from facts import CLASSES  # noqa: E402
from meaning import Promises, System, operations, \
    settle_groups  # noqa: E402
from prove import CG, Failure, call, codes, kind, prove  # noqa: E402

IN_PHASE = ([('lock', 0), ('terminate', 0), ('sw', 0), ('sw', 0)],
            [('sw', 1), ('sw', 1), ('instantiate', 1), ('unlock', 1)])
OUT_OF_PHASE = ([('sw', 1), ('lock', 0), ('terminate', 0), ('sw', 0)],
                [('sw', 1), ('instantiate', 1), ('unlock', 1), ('sw', 0)])
REDUCED = ([('sw', 1)], [('restart', 1), ('sw', 0)])
LOCKED_REDUCED = ([('sw', 1), ('lock', 0)],
                  [('restart', 1), ('unlock', 1), ('sw', 0)])
RHYTHM = {'010': IN_PHASE, '000': OUT_OF_PHASE, '100': REDUCED,
          '101': LOCKED_REDUCED}


class Unsafe(Exception):
    pass


# --- a model and what a CCB makes of it ---

class View:
    """Questions about objects that nobody changes any more."""
    known = {}
    only = {}  # SU placed by a node group: its node

    def __init__(self, objects):
        self.o = objects
        self.deps = {}  # SI: those it depends on
        self.by = {}  # EE: (names, least) of its dependencies on EEs
        self.containers, self.hosts, self.units = {}, {}, {}
        for o in objects.values():
            ee = imm.parent_dn(o.dn)
            if o.cls == 'SaAmfSU':
                self.units.setdefault(imm.parent_dn(o.dn), []).append(o.dn)
                self.hosts[o.dn] = self.find_host(o)
            if o.cls == 'SaAmfSIDependency':
                self.deps.setdefault(ee, []).append(
                    imm.unescape_dn(imm.rdn_value(o.dn)))
            if o.cls != 'SaPlmDependency' or not self.is_ee(ee):
                continue
            names = o.all('saPlmDepNames')
            if any(self.is_ee(n) for n in names):
                least = int(o.get('saPlmDepMinNumber') or 1)
                self.by.setdefault(ee, []).append(
                    (names, min(least, len(names))))

    @classmethod
    def of(cls, objects):
        v = cls.known.get(id(objects))
        if v is None:  # it keeps the objects, and so their id
            v = cls.known[id(objects)] = cls(objects)
        return v

    def is_ee(self, dn):
        return dn in self.o and self.o[dn].cls == 'SaPlmEE'

    def container(self, ee):
        if ee not in self.containers:
            self.containers[ee] = next(
                (a for a in imm.ancestors(ee) if self.is_ee(a)), None)
        return self.containers[ee]

    def list_of(self, ee):
        """The sponsors of a migratable VM, in order; []: it is none."""
        top = imm.parent_dn(ee)
        if ee not in self.by or top not in self.o or \
                self.o[top].cls != 'SaPlmDomain':
            return []
        return [n for n in self.by[ee][0][0] if self.is_ee(n)]

    def find_host(self, o):
        """(AMF node, CLM node, EE) of a unit, as far as known."""
        node = o.get('saAmfSUHostNodeOrNodeGroup')
        if node not in self.o or self.o[node].cls != 'SaAmfNode':
            node = o.hosted_by
        return self.chain(node)

    def chain(self, node):
        clm = self.o[node].get('saAmfNodeClmNode') if node in self.o else None
        ee = self.o[clm].get('saClmNodeEE') if clm in self.o else None
        return node, clm, ee if self.is_ee(ee) else None

    def host(self, su):
        h = self.hosts.get(su, (None, None, None))
        if su in self.hosts and h[0] not in self.o:
            h = self.chain(View.only.get(su))
        return h


def applied(objects, ops, target, deletes_first=False):
    """The objects after a CCB and what it touched; raises Unsafe."""
    new, touched = dict(objects), set()
    todo = sorted(ops, key=lambda op: ['delete', 'modify', 'create'].index(
        op.kind)) if deletes_first else ops
    for op in todo:
        touched.add(op.dn)
        if op.kind == 'create':
            parent = imm.parent_dn(op.dn)
            if op.dn in new or (parent and parent not in new):
                raise Unsafe('cannot create ' + op.dn)
            o = imm.Obj(op.dn, op.cls, {n: list(v) for n, v in
                                        op.attrs.items()})
            if op.dn in target:
                o.hosted_by = target[op.dn].hosted_by
            new[op.dn] = o
        elif op.dn not in new:
            raise Unsafe('there is no ' + op.dn)
        elif op.kind == 'delete':
            if any(imm.parent_dn(d) == op.dn for d in new):
                raise Unsafe('has children: ' + op.dn)
            del new[op.dn]
        else:
            o = new[op.dn] = new[op.dn].copy()
            for n, values in op.attrs.items():
                if op.op.endswith('REPLACE'):
                    o.attrs[n] = list(values)
                elif op.op.endswith('ADD'):
                    o.attrs[n] = o.all(n) + list(values)
                else:
                    left = [v for v in o.all(n) if v not in values]
                    o.attrs[n] = left
    return new, frozenset(touched)


def same(a, b):
    return a.keys() == b.keys() and all(
        a[d] is b[d] or a[d].same(b[d]) for d in a)


# --- which actions a procedure means ---

TYPE = {'SaPlmEE': 'saPlmEEType', 'SaAmfSU': 'saAmfSUType',
        'SaAmfComp': 'saAmfCompType'}


def step_ops(v, p):
    """All changes of an embedded step, templates as they select now."""
    gone, mods, new = [], [], []
    for s in p.steps:
        gone += [campaign.Op('delete', d) for d in s.removed]
        on = list(s.down)
        for su in [o.dn for o in v.o.values() if o.cls == 'SaAmfSU']:
            if set(v.host(su)) & set(s.down) and su not in on:
                on.append(su)
        on += [o.dn for o in v.o.values() if o.cls == 'SaAmfComp' and
               imm.parent_dn(o.dn) in on]
        for t in s.templates:
            hit = [t.parent] if t.type is None else [
                d for d in on if d in v.o and v.o[d].cls in TYPE and
                v.o[d].get(TYPE[v.o[d].cls]) == t.type and
                (t.parent is None or imm.below(d, t.parent))]
            for child, op in t.mods:
                mods += [campaign.Op('modify', child + ',' + d if child else
                                     d, None, op.attrs, op.op) for d in hit]
    for s in reversed(p.steps):
        new += s.added
    return gone + mods + new


class Actions:
    """The list of one procedure: found while the system goes through it."""

    def __init__(self, state, p, taken):
        self.s, self.p, self.taken, self.out = state, p, taken, []
        for ccb in p.init:
            self.change(ccb, False)
        for s in p.steps:
            self.beats(s, RHYTHM[s.type][0])
        if p.steps:
            self.change([], True)
        for s in reversed(p.steps):
            self.beats(s, RHYTHM[s.type][1])
        for ccb in p.wrapup:
            self.change(ccb, False)

    def do(self, *act):
        self.out.append(act)
        self.s.do(act)

    def sponsor(self, vm):
        """The first in service that the level leaves alone, else the
        first."""
        up = [n for n in View.of(self.s.o).list_of(vm) if self.s.serves(n)]
        return next((n for n in up if n not in self.taken),
                    up[0] if up else None)

    def moves(self, vm):
        """It runs, but may not stay where it is."""
        at = self.s.at.get(vm)
        names = View.of(self.s.o).list_of(vm)
        if vm in self.s.up and vm not in self.s.locked and at and \
                names and (not self.s.serves(at) or at not in names):
            to = self.sponsor(vm)
            if to not in (None, at):
                self.do('migrate', vm, at, to)

    def change(self, ops, step):
        before = self.s.o
        # what a template selects is the first procedure's own business
        self.do('change', ops if not step else None, self.p, len(self.out))
        for d, o in self.s.o.items():
            if o.cls == 'SaPlmDependency' and before.get(d) is not o:
                self.moves(imm.parent_dn(d))

    def beats(self, s, beats):
        v = View.of(self.s.o)
        down = list(s.down)
        up = list(s.down if s.kind == 'modify' else s.up)
        if s.kind != 'modify':
            new = [o.dn for o in s.added if o.cls == 'SaPlmEE']
            up += new or ([] if up else [o.dn for o in s.added
                                         if o.cls == 'SaAmfSU'])
        for verb, who in beats:
            for e in (down, up)[who]:
                if verb == 'sw':
                    if s.sw_add or s.sw_remove:
                        self.do('software', e, self.below(e, s))
                    continue
                if verb == 'instantiate' and View.of(self.s.o).list_of(e):
                    self.do(verb, e, self.sponsor(e))
                else:
                    self.do(verb, e)
                if verb == 'lock':
                    for vm in sorted(self.s.up):
                        if self.s.at.get(vm) == e:
                            self.moves(vm)

    def below(self, e, s):
        v = View.of(self.s.o)
        if v.is_ee(imm.parent_dn(e)):
            return imm.parent_dn(e)
        if v.list_of(e):
            return self.s.at.get(e) or self.sponsor(e)
        return None


# --- the system ---

class State:
    def __init__(self, objects, target):
        self.o, self.target = objects, target
        v = View.of(objects)
        self.up = frozenset(d for d in objects if v.is_ee(d))
        self.locked = frozenset()  # EEs, units, nodes
        self.idle = frozenset()  # units that are not instantiated
        self.at = {}
        for d in sorted(self.up):
            names = v.list_of(d)
            if names:
                self.at[d] = names[0]

    def copy(self):
        return copy.copy(self)

    def serves(self, dn):
        if dn in self.o and self.o[dn].cls != 'SaPlmEE':
            return True
        for e in [dn] + list(imm.ancestors(dn)):
            if e in self.o and self.o[e].cls == 'SaPlmEE' and \
                    (e not in self.up or e in self.locked):
                return False
        return dn in self.o

    def stands(self, v, ee):
        c = v.container(ee)
        if c and (c not in self.up or c in self.locked):
            return False
        return all(sum(n in self.o and (not v.is_ee(n) or n in self.up and
                                        n not in self.locked)
                       for n in names) >= least
                   for names, least in v.by.get(ee, ()))

    def in_service(self, v, su):
        node, clm, ee = v.host(su)
        return ee is not None and ee in self.up and \
            not {su, node, clm, ee} & self.locked and su not in self.idle

    def do(self, act):
        """One action; raises Unsafe where nobody may do that now."""
        v = View.of(self.o)
        verb, e = act[0], act[1]
        if verb == 'change':
            p, step = act[2], act[1] is None
            ops = step_ops(v, p) if step else act[1]
            self.change(ops, step)
            return
        if e not in self.o:
            raise Unsafe('there is no ' + e)
        if verb == 'migrate':
            if e not in self.up or self.at.get(e) != act[2] or \
                    not self.serves(act[3]) or act[3] not in v.list_of(e):
                raise Unsafe('%s cannot migrate to %s' % (e, act[3]))
            self.at = dict(self.at)
            self.at[e] = act[3]
            return
        if verb == 'software':
            if act[2] is not None and act[2] not in self.up:
                raise Unsafe('no software on %s' % act[2])
            return
        if v.is_ee(e):
            self.ee(v, verb, e, act)
        else:
            self.other(v, verb, e)

    def ee(self, v, verb, e, act):
        if verb in ('lock', 'unlock', 'terminate', 'instantiate',
                    'restart') and not self.stands(v, e):
            raise Unsafe('%s stands on nothing' % e)
        if verb == 'lock':
            self.locked |= {e}
        elif verb == 'unlock':
            self.locked -= {e}
        elif verb == 'terminate':
            self.up -= {e}
            if any(self.at.get(x) == e for x in self.up):
                raise Unsafe('a VM stands on ' + e)
        elif verb == 'instantiate':
            if len(act) > 2:
                if act[2] is None or not self.serves(act[2]) or \
                        act[2] not in v.list_of(e):
                    raise Unsafe('%s cannot come up on %s' % (e, act[2]))
                self.at = dict(self.at)
                self.at[e] = act[2]
            self.up |= {e}

    def other(self, v, verb, e):
        node = e if self.o[e].cls != 'SaAmfSU' else v.host(e)[0]
        clm = self.o[node].get('saAmfNodeClmNode') if node in self.o else e
        ee = self.o[clm].get('saClmNodeEE') if clm in self.o else None
        if v.is_ee(ee) and ee not in self.up:
            raise Unsafe('%s is acted on while %s is down' % (e, ee))
        if verb == 'lock':
            self.locked |= {e}
        elif verb == 'unlock':
            self.locked -= {e}
        elif verb == 'terminate':
            self.idle |= {e}
        elif verb == 'instantiate':
            self.idle -= {e}

    def change(self, ops, step):
        before = self.o
        self.o, touched = applied(before, ops, self.target, step)
        was, v = View.of(before), View.of(self.o)
        for su in was.hosts:
            if v.host(su)[2] != was.host(su)[2] and self.in_service(was, su):
                raise Unsafe('%s is moved while in service' % su)
        for d in touched:
            there, now = d in before, d in self.o
            if there and before[d].cls == 'SaPlmEE' and not now and \
                    d in self.up:
                raise Unsafe('%s is removed while it runs' % d)
            if now and not there and v.is_ee(d):
                self.up -= {d}
                self.locked |= {d}
            if now and not there and self.o[d].cls == 'SaAmfSU' and \
                    (v.host(d)[2] is None or self.serves(v.host(d)[2])):
                self.locked |= {d}
                self.idle |= {d}
            if there != now:
                continue
            if self.o[d].cls == 'SaAmfSU' and step and \
                    self.in_service(v, d):
                raise Unsafe('%s is changed while in service' % d)

    def key(self):
        return self.up, self.locked, self.idle, \
            tuple(sorted(x for x in self.at.items() if x[0] in self.up))


class Rules:
    """What holds at every moment."""

    def __init__(self, source, target):
        s, t = System(source), System(target)
        self.known = set(source.objects) | set(target.objects)
        self.dangling = {(o.dn, n) for m in (source, target)
                         for o in m.objects.values()
                         for n in self.names(o) if n not in m.objects}
        settle_groups(s, t)
        View.only = {su: x.su_node[su] for x in (t, s)
                     for su in x.by_group if su in x.su_node}
        self.promises = Promises(s, t)
        self.watched = self.promises.watched()
        self.placed = {sg for x in (s, t) for sg, sus in x.sg_sus.items()
                       if any(x.su_ee(su) for su in sus)}
        self.models = set()  # that were looked at

    def names(self, o):
        out = [v for vs in o.attrs.values() for v in vs if v in self.known]
        inside = imm.unescape_dn(imm.rdn_value(o.dn))
        return out + ([inside] if inside in self.known else [])

    def hold(self, s):
        v = View.of(s.o)
        for ee in s.up:
            if ee in s.o and not s.stands(v, ee):
                raise Unsafe('%s is left standing' % ee)
        for si in sorted(self.watched):
            sg, up = self.group(s, v, si)
            if up < max(1, self.promises.least.get(sg, 1)):
                raise Unsafe('P4 %s is down' % si)
        for si in sorted(self.promises.safe):
            self.sponsors_up(s, v, si)
        if id(s.o) not in self.models:
            self.models.add(id(s.o))
            self.names_exist(s.o)

    def group(self, s, v, si):
        """The SG of an SI, and how many SUs of it serve."""
        o = s.o.get(si)
        sg = o.get('saAmfSIProtectedbySG') if o else None
        return sg, sum(s.in_service(v, d) for d in v.units.get(sg, ()))

    def sponsors_up(self, s, v, si):
        seen, todo = {si}, [si]
        while todo:
            for x in v.deps.get(todo.pop(), ()):
                if x in seen or x in self.promises.blind or x not in s.o:
                    continue
                seen.add(x)
                todo.append(x)
                sg, up = self.group(s, v, x)
                if sg in self.placed and \
                        up < self.promises.wanted.get(sg, 1):
                    raise Unsafe('P4 %s is down with %s' % (si, x))

    def names_exist(self, objects):
        for o in objects.values():
            for n in self.names(o):
                if n not in objects and (o.dn, n) not in self.dangling:
                    raise Unsafe('P9 %s names %s' % (o.dn, n))


# --- all ways in which two lists can meet ---

def meet(start, rules, a, b):
    """Goes through the whole lattice; every point must be one state, however
    it was reached, and every undo must lead back to what was."""
    touched = [set(), set()]
    for i, acts in enumerate((a, b)):
        s = start.copy()
        for act in acts:
            before = s.o
            s.do(act)
            touched[i] |= {d for d in set(before) | set(s.o)
                           if before.get(d) is not s.o.get(d)}
    if touched[0] & touched[1]:
        raise Unsafe('both change %s' % sorted(touched[0] & touched[1])[0])
    row = [start]
    for act in b:
        row.append(after(row[-1], act, rules))
    for x in a:
        new = [after(row[0], x, rules)]
        for j, y in enumerate(b):
            one = after(new[j], y, rules)
            two = after(row[j + 1], x, rules)
            if one.key() != two.key() or not same(one.o, two.o):
                raise Unsafe('the order of %s and %s matters' % (x, y))
            new.append(one)
        row = new
    return row[-1]


def after(s, act, rules):
    s = s.copy()
    s.do(act)
    rules.hold(s)
    return s


def sequence(start, p, taken):
    """The actions of a procedure, and where they lead."""
    s = start.copy()
    acts = Actions(s, p, taken).out
    return acts, s


def acted_on(p):
    return {d for s in p.steps for d in s.down + s.up +
            [o.dn for o in s.added if o.cls == 'SaPlmEE']}


class Case:
    def __init__(self, folder):
        self.src = imm.read(os.path.join(folder, 'source.xml'))
        self.classes = dict(CLASSES)
        self.folder = folder
        for n in ('source', 'target'):
            self.classes.update(imm.read(os.path.join(
                folder, n + '.xml')).classes)

    def levels(self, c):
        order = sorted(range(len(c.procedures)),
                       key=lambda i: (c.procedures[i].level, i))
        return [[c.procedures[i] for i in g] for _, g in itertools.groupby(
            order, key=lambda i: c.procedures[i].level)]

    def start(self, c, tgt, rules):
        s = State(dict(self.src.objects), tgt.objects)
        for ccb in [c.bundles] + c.init:
            if ccb:
                self.follow(s, ccb)
                rules.hold(s)
        return s

    def follow(self, s, ccb):
        """A CCB outside procedures; VMs go where their lists say."""
        s.change(ccb, False)
        for vm in sorted(s.up):
            names = View.of(s.o).list_of(vm)
            if names and s.at.get(vm) not in names:
                s.at = dict(s.at)
                s.at[vm] = next((n for n in names if s.serves(n)), None)

    def judge(self, path, tgt):
        """Why the campaign is unsafe, or None."""
        c = campaign.read(path, self.classes)
        rules = Rules(self.src, tgt)
        rules.known |= {op.dn for p in c.procedures for x in p.init
                        for op in x if op.kind == 'create'}
        try:
            s = self.start(c, tgt, rules)
            for level in self.levels(c):
                s = self.level(s, level, rules)
        except Unsafe as e:
            return str(e)
        return None

    def level(self, s, level, rules):
        taken = set()
        if len(level) > 1:
            taken = set().union(*[acted_on(p) for p in level])
        lists, end = [], s
        for p in level:
            acts, end = sequence(end, p, taken)
            lists.append(acts)
        if len(level) == 1:
            for act in lists[0]:
                s = after(s, act, rules)
            return s
        assert len(level) == 2
        return meet(s, rules, *lists)


# --- pairs on one level ---

def put_on_one_level(root, a, b):
    root.set(CG + 'schedule', 'waves')
    b.set('saSmfExecLevel', a.get('saSmfExecLevel'))


def neighbours(root):
    ps = sorted(root.iter('upgradeProcedure'),
                key=lambda p: int(p.get('saSmfExecLevel')))
    return [(i, i + 1) for i in range(len(ps) - 1)
            if kind(ps[i]) == kind(ps[i + 1])], ps


def ccb(*ops):
    e = ET.Element('procInitAction')
    x = ET.SubElement(e, 'immCCB', ccbFlags='0')
    for tag, attrs, values in ops:
        o = ET.SubElement(x, tag, **attrs)
        for name, type_, vs in values:
            at = ET.SubElement(o, 'attribute', name=name, type=type_)
            for v in vs:
                ET.SubElement(at, 'value').text = v
    return e


def modify(dn, name, type_, *values):
    return ('modify', {'objectDN': dn,
                       'operation': 'SA_IMM_ATTR_VALUES_REPLACE'},
            [(name, 'SA_IMM_ATTR_' + type_, values)])


def create(cls, parent, rdn, *more):
    return ('create', {'objectClassName': cls, 'parentObjectDN': parent},
            [(rdn.split('=')[0], 'SA_IMM_ATTR_SASTRINGT', [rdn])] +
            [(n, 'SA_IMM_ATTR_' + t, vs) for n, t, vs in more])


def spice(rnd, src, a, b):
    """Something that both, or one of them, do besides."""
    first, second = rnd.sample([a, b], 2)
    of = {}
    for o in src.objects.values():
        of.setdefault(o.cls, []).append(o)

    def begin(p, *ops):
        p.insert(list(p).index(p.find('upgradeMethod')), ccb(*ops))

    def any_of(cls):
        return rnd.choice(of[cls]).dn if cls in of else None
    group = create('SaAmfNodeGroup', '=', 'safAmfNodeGroup=extra')
    what = rnd.randrange(7)
    if what == 0:
        begin(first, group)
    elif what == 1:
        begin(first, group)
        begin(second, create('SaAmfNodeGroup', '=', 'safAmfNodeGroup=more',
                             ('saAmfNGNodeList', 'SANAMET',
                              ['safAmfNodeGroup=extra'])))
    elif what == 2:
        begin(first, group)
        begin(second, create('SaAmfNodeGroup', 'safAmfNodeGroup=extra',
                             'safAmfNodeGroup=below'))
    elif what == 3 and any_of('SaClmNode'):
        dn = any_of('SaClmNode')
        begin(first, modify(dn, 'saClmNodeDisableReboot', 'SAUINT32T', '1'))
    elif what == 4 and any_of('SaAmfSI'):
        dn = any_of('SaAmfSI')
        begin(first, modify(dn, 'saAmfSIRank', 'SAUINT32T', '5'))
        if rnd.randrange(2):
            begin(second, modify(dn, 'saAmfSIRank', 'SAUINT32T', '5'))
    elif what == 5 and any_of('SaAmfSU') and any_of('SaAmfNode'):
        begin(first, modify(any_of('SaAmfSU'), 'saAmfSUHostNodeOrNodeGroup',
                            'SANAMET', any_of('SaAmfNode')))
    elif what == 6:
        on = [d.get('objectDN') for d in second.iter('byName')]
        for x in list(first.iter('actedOn'))[:1]:
            if on:
                ET.SubElement(x, 'byName', objectDN=rnd.choice(on))


# What the rules of interleaving may say; anything else is no matter of order.
MEETING = {'R004', 'R006', 'R008', 'R009', 'C060', 'C061', 'C062'}


def pair(bin_, folder, case, tgt, root, n, rnd):
    """One pair: 'safe', 'unsafe' or None where it says nothing."""
    found, ps = neighbours(root)
    if not found:
        return None
    i, k = rnd.choice(found)
    spiced = n % 3 == 2
    put_on_one_level(root, ps[i], ps[k])
    if spiced:
        spice(rnd, case.src, ps[i], ps[k])
    path = os.path.join(folder, 'pair%d.xml' % n)
    ET.ElementTree(root).write(path, encoding='utf-8', xml_declaration=True)
    r = call(os.path.join(bin_, 'camprun'), 'prove', path, '--source',
             os.path.join(folder, 'source.xml'), *(
                 [] if spiced else ['--target', os.path.join(
                     folder, 'target.xml')]))
    got = codes(r.err)
    if r.returncode and (not got or not set(got) <= MEETING):
        if spiced and got:
            return None  # spoilt in another way
        raise Failure('pair %d: exit %d, says %s' % (n, r.returncode, got))
    why = case.judge(path, tgt)
    if (why is None) != (r.returncode == 0):
        raise Failure('pair %d: prove says %s, all interleavings say %s\n%s'
                      % (n, got or 'proven', why or 'safe', r.err[-1500:]))
    if why and why.startswith('P4') and 'R004' in got and not all(
            name.get('safSmfProcedure') in r.err for name in (ps[i], ps[k])):
        raise Failure('pair %d: names not both procedures\n%s' % (n, r.err))
    return 'unsafe' if why else 'safe'


# --- a whole wave ---

def grow(bin_, folder, case, tgt, root, rnd):
    """As many neighbours on a level as are proven; one more is refused with
    a reason, and random orders of the last proven ones are all safe."""
    ps = [p for p in neighbours(root)[1] if kind(p) == 1]
    if len(ps) < 2:
        return
    base = ps[0].get('saSmfExecLevel')
    root.set(CG + 'schedule', 'waves')
    size, path = 1, os.path.join(folder, 'wave.xml')
    for p in ps[1:]:
        was = p.get('saSmfExecLevel')
        p.set('saSmfExecLevel', base)
        ET.ElementTree(root).write(path, encoding='utf-8',
                                   xml_declaration=True)
        r = prove(os.path.join(bin_, 'camprun'), folder, 'wave.xml')
        if r.returncode:
            if not set(codes(r.err)) & MEETING:
                raise Failure('wave: says %s' % r.err[-1000:])
            p.set('saSmfExecLevel', was)
            break
        size += 1
    ET.ElementTree(root).write(path, encoding='utf-8', xml_declaration=True)
    if size > 1:
        random_orders(case, path, tgt, rnd)


def random_orders(case, path, tgt, rnd):
    c = campaign.read(path, case.classes)
    rules = Rules(case.src, tgt)
    s = case.start(c, tgt, rules)
    for level in case.levels(c):
        taken = set().union(*[acted_on(p) for p in level]) \
            if len(level) > 1 else set()
        lists, end = [], s
        for p in level:
            acts, end = sequence(end, p, taken)
            lists.append(acts)
        for _ in range(3 if len(level) > 1 else 1):
            now, todo = s.copy(), [list(x) for x in lists]
            while any(todo):
                x = rnd.choice([t for t in todo if t])
                for _ in range(rnd.choice([1, 1, 3, len(x)])):
                    if x:
                        now = after(now, x.pop(0), rules)
            if now.key() != end.key() or not same(now.o, end.o):
                raise Failure('another order leads elsewhere')
        s = end


# --- cases ---

def generate(seed, folder):
    if seed % 2:
        gen_hard.generate(seed, folder)
        return
    r = random.Random('interleave %d' % seed)
    gen_fleet.generate(run.Args(
        hosts=r.randint(2, 4), vms=r.randint(1, 2), sponsors=r.randint(1, 3),
        redundancy=2, add=r.choice([0, 30]), remove=r.choice([0, 30]),
        seed=seed, outdir=folder))


def one(bin_, seed, folder, pairs):
    """How many pairs were (safe, unsafe)."""
    generate(seed, folder)
    path = os.path.join(folder, 'campaign.xml')
    call(os.path.join(bin_, 'campgen'), os.path.join(folder, 'source.xml'),
         os.path.join(folder, 'target.xml'), '-o', path)
    if not os.path.exists(path):
        return 0, 0
    case = Case(folder)
    tgt = imm.read(os.path.join(folder, 'target.xml'))
    tree = ET.parse(path)
    rnd = random.Random('pairs %d' % seed)
    View.known.clear()
    said = [pair(bin_, folder, case, tgt, copy.deepcopy(tree.getroot()), n,
                 rnd) for n in range(pairs)]
    try:
        grow(bin_, folder, case, tgt, tree.getroot(), rnd)
    except Unsafe as e:
        raise Failure('a proven wave is not safe: %s' % e)
    return said.count('safe'), said.count('unsafe')


def main():
    build = os.environ.get('BUILD') or 'build'
    p = argparse.ArgumentParser(description='try all interleavings')
    p.add_argument('--bin', default=build)
    p.add_argument('--seeds')
    p.add_argument('--pairs', type=int, default=3)
    p.add_argument('--keep', default=os.path.join(build, 'prop'))
    a = p.parse_args()
    ET.register_namespace('cg', 'urn:campgen:1')
    seeds = range(1, int(os.environ.get('CASES') or 12) + 1)
    if a.seeds:
        first, _, last = a.seeds.partition('..')
        seeds = range(int(first), int(last or first) + 1)
    elif os.environ.get('SEED'):
        seeds = [int(os.environ['SEED'])]
    bin_ = os.path.abspath(a.bin)
    passed = failed = safe = unsafe = 0
    for seed in seeds:
        folder = os.path.join(os.path.abspath(a.keep), 'meet-%d' % seed)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        try:
            s, u = one(bin_, seed, folder, a.pairs)
            safe, unsafe, passed = safe + s, unsafe + u, passed + 1
            shutil.rmtree(folder)
        except (Failure, subprocess.TimeoutExpired) as e:
            print('FAILED interleave: SEED=%d (%s): %s' % (seed, folder, e))
            failed += 1
    if len(seeds) >= 12 and (safe < 5 or unsafe < 5):
        print('FAILED interleave: only %d safe and %d unsafe pairs'
              % (safe, unsafe))
        failed += 1
    if a.seeds:
        print('%d safe and %d unsafe pairs' % (safe, unsafe))
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
