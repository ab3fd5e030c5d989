"""Small hard pairs: every oddity of the model language, mixed at random.

A pair is built from abstract entities that know whether they are in the source
and in the target. Hosts belong to groups; sponsor lists and ordinary
dependencies stay inside a group, and the replicas of a service are spread over
groups, so that a campaign which takes one host at a time keeps a replica up.
Where that cannot be promised the pair is marked "may-refuse".
"""
import os
import random

import imm
from facts import CLASSES, AttrDef, ClassDef
from hard_platform import Platform
from hard_redundancy import RedundancyMaker
from hard_services import ServiceMaker
from meaning import Promises, System, operations, settle_groups


class Hard(Platform, ServiceMaker, RedundancyMaker):
    def __init__(self, seed):
        self.seed = seed
        self.r = random.Random('hard %d' % seed)
        self.x = random.Random('extra %d' % seed)  # for extras()
        self.mode = {7: 'outside', 11: 'all-removed', 15: 'all-added'}.get(
            seed % 20, 'equal' if seed % 40 == 13 else 'mixed')
        self.reasons = []
        self.src, self.tgt = imm.Model(), imm.Model()
        self.ees = []
        self.hes = {}  # DN: (in source, in target)
        self.overlaps = []  # sets of VMs whose sponsor lists overlap
        self.used_types = {'s': set(), 't': set()}
        self.serial = 0
        self.classes = self.p(.3)
        self.configs = self.p(.4)
    # --- unknown classes ---

    def emit_unknown(self):
        r = self.r
        for i in range(r.randint(0, 6)):
            cls = r.choice(['SiteConfig', 'Site-Config.2'])
            parents = ['', 'safApp=safPlmService'] + [
                e.dn for e in self.ees]
            parent = r.choice(parents)
            dn = 'siteId=%s%s' % (self.fresh('u'),
                                  ',' + parent if parent else '')
            s = not parent or parent in self.src.objects
            t = not parent or parent in self.tgt.objects
            if self.mode != 'equal' and s and t:
                how = self.pick(('both', 5), ('add', 2), ('del', 2))
                s, t = how != 'add', how != 'del'
            base = self.unknown_attrs(self.src if s else self.tgt)
            other = base
            if self.mode != 'equal' and self.p(.5):
                other = self.unknown_attrs(self.tgt)
            if s:
                self.put('s', dn, cls, base)
            if t:
                if s and not all(v in self.tgt.objects for v in
                                 base.get('siteEE', [])):
                    other = dict(other)
                    other['siteEE'] = self.names(self.tgt)
                self.put('t', dn, cls, other)
            if s and t and self.p(.3):
                for side in 'st':
                    self.put(side, 'siteId=child\\,1,' + dn, cls,
                             {'note': ['below']})

    def names(self, model):
        pool = [d for d, o in model.objects.items()
                if o.cls in ('SaPlmEE', 'SaAmfNode', 'SaClmNode', 'SaAmfSU')]
        return self.some(pool, 1, 2) if pool else []

    def unknown_attrs(self, model):
        r = self.r
        a = {'note': [r.choice(['a', 'b', 'ä & "ö" <tag>', '',
                                ' blanks ', 'l1\nl2'])]}
        if self.p(.6):
            a['siteEE'] = self.names(model)
        if self.p(.4):
            a['numbers'] = [str(r.randint(0, 3)) for _ in range(3)]
        if self.p(.1):
            a['ghost'] = ['safEE=never,safDomain=nowhere']
        return a

    # --- rarities, drawn apart so that they do not move the rest ---

    def extras(self):
        r = self.x
        odd = [self.long_dn, self.each_other, self.dangling_later,
               self.relocate, self.ordinary_goes]
        for f in odd:
            if r.random() < .12:
                f(r)

    def long_dn(self, r):
        """A name as long as names may be."""
        top = r.choice([e.dn for e in self.ees] or [self.domain])
        room = 2048 - len((',' + top).encode())
        for side, m in (('s', self.src), ('t', self.tgt)):
            if top in m.objects:
                self.put(side, 'siteId=%s,%s' % ('x' * (room - 7), top),
                         'SiteConfig', {'note': ['long ' + side]})

    def each_other(self, r):
        """New objects that name each other, old ones too."""
        for side in 'st':
            a, b = 'siteId=a-' + side, 'siteId=b-' + side
            self.put(side, a, 'SiteConfig', {'siteEE': [b]})
            self.put(side, b, 'SiteConfig', {'siteEE': [a]})

    def dangling_later(self, r):
        """The target itself names what it does not have."""
        gone = sorted(d for d, o in self.src.objects.items()
                      if o.cls == 'SaPlmEE' and d not in self.tgt.objects)
        if gone:
            self.put_both('siteId=blind', 'SiteConfig',
                          {'siteEE': [r.choice(gone)]})

    def relocate(self, r):
        """A service unit that stays moves to another node."""
        t = System(self.tgt)
        sus = sorted(su for su in t.su_node if su in self.src.objects and
                     not self.tgt.objects[su].hosted_by)
        if not sus:
            return
        su = r.choice(sus)
        taken = {t.su_node.get(x) for x in
                 t.sg_sus.get(imm.parent_dn(su), [])}
        free = sorted(n for n in t.node_ee if n not in taken and
                      n in self.src.objects)
        if free:
            self.tgt.objects[su].attrs['saAmfSUHostNodeOrNodeGroup'] = [
                r.choice(free)]

    def ordinary_goes(self, r):
        """Ordinary dependencies vanish or change their name."""
        for dn in sorted(d for d in self.tgt.objects
                         if d.startswith('safDependency=ord,')):
            o = self.tgt.objects.pop(dn)
            if r.random() < .5:
                o.dn = dn.replace('safDependency=ord,', 'safDependency=o 2,')
                self.tgt.objects[o.dn] = o

    # --- the whole ---

    def class_defs(self):
        used = {o.cls for m in (self.src, self.tgt)
                for o in m.objects.values()}
        for cls in sorted(used):
            if cls in CLASSES:
                c = CLASSES[cls]
            elif cls == 'OtherRoot':
                c = ClassDef(cls, False, AttrDef('safApp', 'SA_STRING_T', 'I'),
                             [AttrDef('note', 'SA_STRING_T', 'W')])
            else:
                c = ClassDef(
                    cls, False, AttrDef('siteId', 'SA_STRING_T', 'I'),
                    [AttrDef('note', 'SA_STRING_T', 'W'),
                     AttrDef('siteEE', 'SA_NAME_T', 'MW'),
                     AttrDef('ghost', 'SA_NAME_T', 'W'),
                     AttrDef('seen', 'SA_UINT32_T', 'C', True),
                     AttrDef('numbers', 'SA_UINT32_T', 'MW')])
            for m in (self.src, self.tgt):
                m.classes[cls] = c

    def runtime_extra(self, o):
        """Attributes that must never count."""
        out = []
        if self.seed % 5 == 0:
            out.append(('SaImmAttrImplementerName',
                        [self.r.choice(['a', 'b'])]))
            out.append(('SaImmAttrClassName', [o.cls]))
        if o.cls == 'SaPlmEE' and self.p(.3):
            out.append(('saPlmEEPresenceState', [self.r.choice('123')]))
        if self.classes and o.cls.startswith('Site') and self.p(.5):
            out.append(('seen', [str(self.r.randint(1, 9))]))
        return out

    def judge(self):
        """Can every redundant service be kept? Else the pair may be
        refused."""
        ops = operations(self.src, self.tgt)
        s, t = System(self.src), System(self.tgt)
        settle_groups(s, t)
        promises = Promises(s, t)
        group = {e.dn: e.group for e in self.ees}
        for si in sorted(promises.watched()):
            sure = {}  # by group of hosts: units that stay in it
            for su in t.sg_sus.get(t.si_sg[si], []):
                ee = t.su_ee(su)
                if ee is None:
                    continue
                old = s.su_ee(su)
                if su in self.src.objects and (
                        old is None or group[old] != group[ee]):
                    continue
                if su in self.src.objects or ops[ee] == 'ADD':
                    sure[group[ee]] = sure.get(group[ee], 0) + 1
            left = sum(sure.values()) - max(sure.values(), default=0)
            if left < promises.least[promises.sg[si]]:
                self.reasons.append('service ' + si)
        for e in self.ees:
            if getattr(e, 'gains', False):
                self.reasons.append('gains a dependency: ' + e.dn)

    def run(self, outdir):
        self.platform()
        self.emit_platform()
        if self.p(.85):
            self.emit_services()
        self.emit_unknown()
        if self.mode == 'mixed':
            self.extras()
        self.emit_redundancy()
        if self.classes:
            self.class_defs()
        if self.mode == 'equal':
            self.tgt.objects = {d: o.copy()
                                for d, o in self.src.objects.items()}
        self.judge()
        os.makedirs(outdir, exist_ok=True)
        mix = self.r if self.p(.3) else None
        for m, name in ((self.src, 'source'), (self.tgt, 'target')):
            order = sorted(m.objects, key=lambda d: len(imm.split_dn(d)))
            imm.write(m, os.path.join(outdir, name + '.xml'), order,
                      self.runtime_extra, mix, mix)
        if not imm.differences(self.src, self.tgt):
            word = 'equal'
        else:
            word = 'may-refuse' if self.reasons else 'solvable'
        self.write_policy(outdir)
        with open(os.path.join(outdir, 'expect'), 'w',
                  encoding='utf-8') as f:
            f.write('\n'.join([word] + self.reasons) + '\n')
        return word


def generate(seed, outdir):
    """Writes source.xml, target.xml and expect; returns the first word of
    expect: solvable, may-refuse or equal."""
    return Hard(seed).run(outdir)
