#!/usr/bin/env python3
"""Interprets a campaign from the design's text and reports what is wrong.

    check.py SOURCE TARGET CAMPAIGN [--may-refuse] [--shape KEY=VALUE ...]
             [--show-shape] [--notes]

Exit status 0: nothing found, 1: violations, one a line (rule, procedure,
entity, what), 2: usage. With --may-refuse a missing campaign is no finding.
--shape compares the outline of a worked example, see shape() below.

Rules: XML shape, DIGEST, FINAL, CCB, MOD, TYPE, WRAPUP, NAME, ONCE (each
changed EE in one procedure), TREE, BUNDLE, AMF, HOME, STAY, and P4 to P9 of
the design.
"""
import argparse
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import campaign  # noqa: E402
import imm  # noqa: E402
from campaign import Op  # noqa: E402
from facts import CLASSES  # noqa: E402
from meaning import System, operations  # noqa: E402
from services import Services  # noqa: E402
from software import Software, step_types  # noqa: E402
from world import World  # noqa: E402

NOOP = 'NO_OPERATION'
PREFIX = {'add': 'safSmfProc=AddUpgradeProcedureAt',
          'modify': 'safSmfProc=ModifyUpgradeProcedureAt',
          'remove': 'safSmfProc=RemoveUpgradeProcedureAt'}
TYPE_CLASSES = {'SaSmfSwBundle', 'SaAmfSutCompType', 'SaAmfCtCsType',
                'SaAmfHealthcheckType', 'SaAmfSvcTypeCSTypes',
                'SaAmfCompGlobalAttributes'}


def is_type(cls):
    return cls in TYPE_CLASSES or (
        cls.startswith(('SaAmf', 'SaPlm')) and cls.endswith('Type') and
        cls in CLASSES and cls != 'SaAmfCompCsType')


class Checker:
    def __init__(self, source, target, camp, level=None):
        self.src, self.tgt, self.camp = source, target, camp
        self.found, self.notes = [], []
        self.where = '-'
        self.s, self.t = System(source, level), System(target, level)
        self.ops = operations(source, target)
        self.w = World(source, target, self.report)
        self.ee_log = {}  # EE: [(what, procedure index or word)]
        self.place = 'init'  # procedure index inside procedures
        self.in_step = False
        self.caught = {}  # VM: sponsor
        self.caught_phase = False
        self.acted = set()  # what the current procedure acts on
        self.services = Services(self)
        self.software = Software(self)

    def report(self, rule, entity, text):
        self.found.append((rule, self.where, entity, text))

    def note(self, rule, entity, text):
        self.notes.append((rule, self.where, entity, text))

    # --- the run ---

    def run(self):
        c = self.camp
        for e in c.errors:
            self.report('XML', '-', e)
        self.digests()
        self.morphs_run()
        order = self.levels()
        self.where = self.place = 'init'
        self.catch_modifies()
        if c.bundles:
            self.unit(c.bundles)
        for ccb in c.init:
            self.unit(ccb)
        self.all_caught()
        for i in order:
            self.procedure(i, c.procedures[i])
        self.where = self.place = 'complete'
        self.caught_phase = False
        for ccb in c.complete:
            self.unit(ccb)
        self.where = self.place = 'wrapup'
        for ccb in c.wrapup:
            self.unit(ccb)
        self.unit([Op('delete', d) for d in c.remove_types +
                   c.remove_bundles if d in self.w.m.objects])
        self.where = 'end'
        for dn, how in imm.differences(self.w.m, self.tgt):
            self.report('FINAL', dn, how)
        self.once()
        return self.found

    def digests(self):
        for name, model, got in (('source', self.src, self.camp.source),
                                 ('target', self.tgt, self.camp.target)):
            if got != model.digest():
                self.report('DIGEST', 'cg:' + name, 'is %s, not %s'
                            % (got, model.digest()))

    # --- VMs that change while they run ---

    def morphs_run(self):
        """They count as VMs that stay; their type changes in one place."""
        self.morphs = {}
        for p in self.camp.procedures:
            for dn in p.morphs:
                if dn in self.morphs or self.ops.get(dn) != 'MODIFY' or \
                        not (self.s.migratable(dn) and
                             self.t.migratable(dn)):
                    self.report('MORPH', dn, 'cannot morph here')
                    continue
                self.morphs[dn] = p.name
                self.ops[dn] = NOOP

    def morphs_now(self, dn, what, step):
        return not step and what == 'modify' and dn in self.morphs and \
            self.morphs[dn] == self.where and not self.ee_log.get(dn)

    # --- P8 ---

    def kind_of(self, p):
        """What a procedure does to EEs, whatever it is called."""
        add = any(o.cls == 'SaPlmEE' for s in p.steps for o in s.added)
        gone = any(self.ops.get(d) == 'REMOVE' for s in p.steps
                   for d in s.removed)
        mod = any(s.templates and any(d in self.ops for d in s.down)
                  for s in p.steps)
        if add and (mod or gone):
            self.report('P8', p.name, 'adds EEs and does other things too')
        return 'modify' if mod else 'add' if add else \
            'remove' if gone else 'other'

    def levels(self):
        """Order of execution; P8 and the names."""
        ps = self.camp.procedures
        order = sorted(range(len(ps)), key=lambda i: (ps[i].level, i))
        waves = self.camp.schedule == 'waves'
        got = [ps[i].level for i in order]
        if not waves and got != list(range(len(ps))):
            self.report('P8', '-', 'levels are %s' % got)
        rank = {'add': 0, 'modify': 1, 'remove': 2}
        last = 0
        self.kinds = {}
        for i in order:
            self.where = ps[i].name
            k = self.kinds[i] = self.kind_of(ps[i])
            if k in rank:
                if rank[k] < last:
                    self.report('P8', ps[i].name, '%s procedure after a '
                                'later kind' % k)
                last = max(last, rank[k])
            self.check_name(ps[i], k)
        names = [p.name for p in ps]
        for n in sorted(set(n for n in names if names.count(n) > 1)) \
                if len(set(names)) < len(names) else []:
            self.report('NAME', n, 'several procedures have this name')
        return order

    def check_name(self, p, kind):
        if not (p.name or '').startswith('safSmfProc='):
            self.report('NAME', str(p.name), 'no safSmfProc name')
        elif kind in PREFIX:
            if not p.name.startswith(PREFIX[kind]):
                self.report('NAME', p.name, 'is a %s procedure' % kind)
            elif not self.name_fits(p, p.name[len(PREFIX[kind]):]):
                self.report('NAME', p.name, 'is named after no entity of it')
        elif p.name.startswith(tuple(PREFIX.values())) and \
                not any(d in self.ops for s in p.steps for d in s.down):
            self.note('NAME', p.name, 'is a procedure without EEs')

    @staticmethod
    def name_fits(p, x):
        dns = [d for s in p.steps for d in s.down + s.removed +
               [o.dn for o in s.added]]
        return any(imm.unescape_dn(imm.rdn_value(d)) in x or
                   imm.rdn_value(d) in x for d in dns)

    # --- units of model changes ---

    def unit(self, ops, step=False):
        before = {op.dn: self.w.get(op.dn) for op in ops}
        self.before_type = {d: o.cls for d, o in before.items() if o}
        self.deletes_in_place(ops)
        self.services.before_unit(ops)
        self.w.apply(ops, deletes_first=step)
        self.services.after_unit(self.w.touched, step)
        for dn, what in self.w.touched.items():
            if self.morphs_now(dn, what, step):
                self.ee_log[dn] = [(what, self.place)]
            elif self.ops.get(dn):
                self.ee_log.setdefault(dn, []).append((what, self.place))
                if not step:
                    self.report('ONCE', dn, '%sd outside any step' % what
                                .rstrip('e').replace('modify', 'modifie'))
        self.after_lists()

    def deletes_in_place(self, ops):
        """Old types and bundles go only after commit, nothing else does."""
        late = self.place == 'wrapup'
        for op in ops:
            cls = self.before_type.get(op.dn)
            if op.kind == 'delete' and cls is not None and \
                    is_type(cls) != late:
                self.report('WRAPUP', op.dn, 'is deleted ' + (
                    'after commit' if late else 'before commit'))
            elif late and op.kind != 'delete':
                self.report('WRAPUP', op.dn, 'is changed after commit')

    # --- P5: catching ---

    def legal(self, vm):
        """Sponsors a VM may be caught on."""
        op = self.ops[vm]
        if op == 'ADD':
            return self.t.sponsors(vm)
        if op == 'REMOVE':
            return self.s.sponsors(vm)
        return [x for x in self.s.sponsors(vm)
                if self.ops.get(x) in ('MODIFY', NOOP)]

    def must_catch(self):
        return sorted(e for e, op in self.ops.items()
                      if op in ('MODIFY', 'REMOVE') and self.s.migratable(e))

    def catch_modifies(self):
        """One modify of saPlmDepNames a caught VM in the initialization."""
        count = {}
        for ccb in self.camp.init:
            for op in ccb:
                if op.kind == 'modify' and 'saPlmDepNames' in op.attrs:
                    ee = imm.parent_dn(op.dn)
                    count[ee] = count.get(ee, 0) + 1
        for vm in self.must_catch():
            if count.get(vm, 0) != 1:
                self.report('P5', vm, '%d modifications of its sponsors in '
                            'the initialization' % count.get(vm, 0))

    def all_caught(self):
        self.caught_phase = True
        for vm in self.must_catch():
            self.caught_now(vm)

    def caught_now(self, vm):
        """Exactly one legal sponsor, the same one until mobilised."""
        deps = self.w.deps(vm)
        if len(deps) != 1:
            self.report('P5', vm, 'has %d dependencies while caught'
                        % len(deps))
            return
        names = deps[0].all('saPlmDepNames')
        if len(names) != 1:
            self.report('P5', vm, 'has %d sponsors' % len(names))
            return
        if names[0] not in self.legal(vm):
            self.report('P5', vm, 'is caught on "%s", which is not legal'
                        % names[0])
        if self.caught.setdefault(vm, names[0]) != names[0]:
            self.report('P5', vm, 'leaves "%s" for "%s"'
                        % (self.caught[vm], names[0]))
        if deps[0].get('saPlmDepMinNumber') != '1':
            self.report('P5', vm, 'minimum number is not 1 while caught')

    def after_lists(self):
        """Lists that changed: caught VMs stay caught, others keep enough."""
        vms = set()
        for dn in self.w.touched:
            o = self.w.get(dn)
            cls = o.cls if o is not None else self.before_type.get(dn)
            if cls == 'SaPlmDependency':
                vms.add(imm.parent_dn(dn))
        for vm in sorted(vms):
            if not self.w.is_ee(vm):
                continue
            op = self.ops.get(vm)
            if self.caught_phase and (
                    vm in self.caught or
                    op == 'ADD' and self.t.migratable(vm)):
                self.caught_now(vm)
            elif op == NOOP and self.caught_phase:
                self.stays(vm)
            if not self.in_step and vm not in self.acted:
                self.enough(vm, frozenset(), 'after a change of its list')

    def stays(self, vm):
        """No sponsor that promises what it is not yet."""
        old = set(self.s.sponsors(vm))
        for d in self.w.deps(vm):
            for n in d.all('saPlmDepNames'):
                if n not in old and self.ops.get(n) == 'MODIFY' and \
                        not self.ee_log.get(n):
                    self.report('STAY', vm, 'gets sponsor "%s" before that is '
                                'modified' % n)
        if self.s.migratable(vm) and len(self.w.deps(vm)) > 1:
            self.report('STAY', vm, 'has two dependencies on EEs')

    def have_left(self):
        """VMs that stay have left the sponsors they are to lose, before
        those change; or they are acted on."""
        for x in sorted(self.acted):
            if self.ops.get(x) not in ('MODIFY', 'REMOVE'):
                continue
            for vm in sorted(self.w.dependents(x)):
                if self.ops.get(vm) == NOOP and vm not in self.acted and \
                        self.s.migratable(vm) and self.t.migratable(vm) and \
                        x not in self.t.sponsors(vm):
                    self.report('STAY', vm, 'is to lose sponsor "%s", but '
                                'still has it when that changes' % x)

    # --- P6: who stands on what ---

    def lacking(self, ee, down):
        """Why an EE cannot stand while others are down, or None."""
        c = self.w.container(ee)
        if c in down:
            return 'it is contained in "%s"' % c
        for d in self.w.deps(ee):
            names = d.all('saPlmDepNames')
            up = [n for n in names if n not in down and n in
                  self.w.m.objects]
            if len(up) < min(self.s.min_number(d), len(names)):
                return 'only %d of its sponsors are in service' % len(up)
        return None

    def enough(self, ee, down, when):
        why = self.lacking(ee, down)
        if why is None:
            for d in self.w.deps(ee):
                if len(d.all('saPlmDepNames')) < self.s.min_number(d):
                    self.note('P6', ee, 'minimum exceeds its list ' + when)
        if why:
            self.report('P6', ee, 'stands on nothing %s: %s' % (when, why))

    def upon(self, ee):
        """EEs that may stand on this one."""
        return set(self.w.contained(ee)) | {
            d for d in self.w.dependents(ee) if self.w.is_ee(d)}

    def tear_down(self, layers):
        down = set()
        for layer in layers:
            for ee in sorted(layer):
                why = self.lacking(ee, down)
                if why:
                    self.report('P6', ee, 'is terminated after what it '
                                'stands on: ' + why)
            down |= layer
            for ee in sorted(layer):
                for up in sorted(self.upon(ee)):
                    why = self.lacking(up, down)
                    if why is None:
                        continue
                    if up in layer:
                        self.report('P6', up, 'is in one step with what it '
                                    'stands on: ' + why)
                    elif up not in down:
                        self.report('P6', up, 'is left standing: ' + why)
        return down

    def build_up(self, layers, down):
        """Innermost first; everything that exists must be up at the end."""
        down = {d for d in down if self.w.is_ee(d)}
        for layer in layers:
            down |= {d for d in layer if self.w.is_ee(d)}
        for layer in reversed(layers):
            here = {d for d in layer if self.w.is_ee(d)}
            for ee in sorted(here):
                why = self.lacking(ee, down - {ee})
                if why:
                    self.report('P6', ee, 'is instantiated before what it '
                                'stands on: ' + why)
            down -= here
        for ee in sorted(down):
            self.report('P6', ee, 'is terminated and never comes back')

    # --- procedures ---

    def resolve(self, names, templates):
        """Names of a list of entities, templates resolved."""
        out = list(names)
        for parent, type_ in templates:
            for o in self.w.m.objects.values():
                if o.cls in ('SaPlmEE', 'SaAmfSU', 'SaAmfComp') and \
                        self.selects(parent, type_, o):
                    out.append(o.dn)
        return out

    @staticmethod
    def type_of(o):
        return o.get({'SaPlmEE': 'saPlmEEType', 'SaAmfSU': 'saAmfSUType',
                      'SaAmfComp': 'saAmfCompType'}.get(o.cls, ''))

    def selects(self, parent, type_, o):
        if type_ is None:
            return o.dn == parent
        return self.type_of(o) == type_ and (
            parent is None or o.dn == parent or imm.below(o.dn, parent))

    def procedure(self, index, p):
        self.where, self.place = p.name, index
        self.services.procedure = p
        steps = p.steps
        if p.method != 'singleStepUpgrade':
            self.note('XML', p.name, 'method %s is not checked' % p.method)
        downs = [self.resolve(s.down, s.down_templates) for s in steps]
        self.acted = {d for ds in downs for d in ds}
        for ccb in p.init:
            self.unit(ccb)
        for s, ds in zip(steps, downs):
            self.step_shape(s, ds)
        step_types(self, p, downs)
        self.tree(p, downs)
        self.have_left()
        self.in_step = True
        layers = [{d for d in ds if self.w.is_ee(d)} for ds in downs]
        down = self.tear_down(layers)
        others = self.acted - down
        self.services.take_down(down, others)
        self.software.before(p, downs)
        self.unit(self.step_ops(steps, downs), step=True)
        self.software.after(p)
        ups = [self.resolve(s.up, s.up_templates) + [o.dn for o in s.added]
               for s in steps]
        for s, us in zip(steps, ups):
            for u in us:
                if u not in self.w.m.objects:
                    self.report('P6', u, 'is to come up, but does not exist')
        self.services.bring_back(ups)
        self.build_up([{u for u in us if self.w.is_ee(u)} for us in ups],
                      down)
        self.in_step = False
        self.services.all_up()
        self.acted = set()
        for ccb in p.wrapup:
            self.unit(ccb)
        self.services.procedure = None

    def step_shape(self, s, ds):
        if s.retry is None:
            self.report('XML', self.where, 'step without saSmfStepMaxRetry')
        for d in ds:
            if d not in self.w.m.objects:
                self.report('P6', d, 'is acted on, but does not exist')
        for d in s.removed:
            if self.ops.get(d) and d not in ds:
                self.report('P6', d, 'is removed without being acted on')
        self.like(s, ds)
        self.twice(s)
        empty_down = not (s.down or s.down_templates or s.removed or
                          s.sw_remove)
        empty_up = not (s.up or s.up_templates or s.added or s.sw_add)
        if s.kind == 'add-remove' and not empty_down and not empty_up:
            ees = any(d in self.ops for d in ds)
            if ees and (sorted(s.down) != sorted(s.up) or s.removed or
                        s.added or s.sw_add or s.sw_remove):
                self.report('XML', self.where, 'a step for unchanged EEs '
                            'changes something')

    def twice(self, s):
        """Nothing is named twice in one list of a step."""
        for what, names in (('acted on', s.down), ('acted on', s.up),
                            ('removed', s.removed),
                            ('swRemove', [b.dn for b in s.sw_remove]),
                            ('swAdd', [b.dn for b in s.sw_add])):
            for n in sorted({n for n in names if names.count(n) > 1}) \
                    if len(set(names)) < len(names) else []:
                self.report('XML', str(n), 'is %s twice in one step' % what)
        for b in s.sw_remove + s.sw_add:
            if len(set(b.envs)) < len(b.envs):
                self.report('XML', b.dn, 'names a place twice')

    def like(self, s, ds):
        """One step holds only like EEs: same operation, same types."""
        groups = set()
        for d in ds + [o.dn for o in s.added]:
            op = self.ops.get(d)
            if op is None:
                continue
            a, b = self.src.objects.get(d), self.tgt.objects.get(d)
            if s.kind == 'modify':
                # an unchanged EE may stand there for what it hosts
                groups.add(('-', None, None) if op != 'MODIFY' else
                           (op, a.get('saPlmEEType'), b.get('saPlmEEType')))
            else:
                groups.add((op if s.removed or s.added else '-', None, None))
        if len(groups) > 1:
            self.report('P7', self.where, 'one step for unlike EEs: %s'
                        % sorted(groups, key=str))

    def tree(self, p, downs):
        """A procedure with EEs is one tree: all but one of them stand on
        another of it, and the root stands on nothing that changes."""
        old = {d for ds in downs for d in ds if self.w.is_ee(d)}
        new = {o.dn: o for s in p.steps for o in s.added
               if o.cls == 'SaPlmEE'}
        for e in sorted(set(new) - set(self.ops)):
            self.report('ONCE', e, 'is created, but in neither model')
        if not any(self.ops.get(e) != NOOP for e in old | set(new)):
            return
        lists = {}
        for s in p.steps:
            for o in s.added:
                if o.cls == 'SaPlmDependency':
                    lists.setdefault(imm.parent_dn(o.dn), []).extend(
                        o.attrs.get('saPlmDepNames', []))
        all_ = old | set(new)
        roots = []
        for e in sorted(all_):
            on = set(imm.ancestors(e)) | set(lists.get(e, []))
            for d in self.w.deps(e) if e in old else []:
                on |= set(d.all('saPlmDepNames'))
            for s in (self.s, self.t):
                # a list may have changed in the procInitAction
                on |= set(s.sponsors(e)) if e in old else set()
            if not on & all_:
                roots.append(e)
        if len(roots) != 1:
            self.report('TREE', p.name, 'has %d roots: %s'
                        % (len(roots), ', '.join(roots)))
        for r in roots:
            c = next((a for a in imm.ancestors(r) if a in self.ops), None)
            bad = {'ADD': ('ADD',), 'MODIFY': ('MODIFY', 'REMOVE', 'ADD'),
                   'REMOVE': ('REMOVE', 'MODIFY')}.get(self.ops.get(r), ())
            if c is not None and self.ops[c] in bad:
                self.report('TREE', r, 'is a root, but stands on "%s", '
                            'which is %s' % (c, self.ops[c]))

    def step_ops(self, steps, downs):
        """The unit of an embedded step: deletes from the outermost step to
        the innermost, then modifications, then creates the other way."""
        ops = [Op('delete', d) for s in steps for d in s.removed]
        for s, ds in zip(steps, downs):
            ops += self.template_ops(s, ds)
        for s in reversed(steps):
            ops += s.added
        return ops

    def reach(self, ds):
        """What a template can reach: what the step acts on and the SUs and
        components hosted there."""
        out = []
        for d in ds:
            out.append(d)
            o = self.w.get(d)
            if o is None:
                continue
            sus = [d] if o.cls == 'SaAmfSU' else self.services.sus_on(d)
            for su in sus:
                if su != d:
                    out.append(su)
                out += [k for k in sorted(self.w.kids.get(su, ()))
                        if self.w.get(k).cls == 'SaAmfComp']
            out += self.services.nodes_on(d)
        return out

    def template_ops(self, s, ds):
        out, reach = [], self.reach(ds)
        for t in s.templates:
            hit = [d for d in reach if self.w.get(d) is not None and
                   self.selects(t.parent, t.type, self.w.get(d))]
            if not hit:
                self.report('MOD', t.parent or t.type or '-', 'a template '
                            'that selects nothing its step acts on')
            for d in dict.fromkeys(hit):
                for child, op in t.mods:
                    dn = child + ',' + d if child else d
                    out.append(Op('modify', dn, None, op.attrs, op.op,
                                  op.types))
        return out

    # --- every changed EE in exactly one procedure ---

    def once(self):
        want = {'ADD': 'create', 'REMOVE': 'delete', 'MODIFY': 'modify'}
        for ee, op in sorted(self.ops.items()):
            log = self.ee_log.get(ee, [])
            if op == NOOP:
                if ee in self.morphs and len(log) != 1:
                    self.report('ONCE', ee, 'morphs, but was handled so: %s'
                                % log)
                if log and ee not in self.morphs:
                    self.report('ONCE', ee, 'is unchanged in the target, but '
                                '%s' % log)
                continue
            if len({place for _, place in log}) != 1 or \
                    any(what != want[op] for what, _ in log):
                self.report('ONCE', ee, 'is %s, but was handled so: %s'
                            % (op, log))
        for vm in sorted(e for e, op in self.ops.items() if op == 'ADD' and
                         self.t.migratable(e)):
            if vm not in self.caught and self.ee_log.get(vm):
                self.report('P5', vm, 'came up without being caught')


def shape(c):
    """The outline of a campaign: levels, kinds, nesting, catches."""
    ps = sorted(c.procedures, key=lambda p: p.level)
    kinds = []
    for p in ps:
        kinds.append(next((k.capitalize() for k, x in PREFIX.items()
                           if p.name.startswith(x)), 'Other'))
    on = {}
    for ccb in c.init:
        for op in ccb:
            if op.kind == 'modify' and 'saPlmDepNames' in op.attrs:
                n = imm.rdn_value(op.attrs['saPlmDepNames'][0])
                on[n] = on.get(n, 0) + 1

    def modified(ccbs):
        return len({op.dn for ccb in ccbs for op in ccb
                    if op.kind == 'modify' and 'saPlmDepNames' in op.attrs})
    return {'levels': ','.join(str(p.level) for p in ps),
            'kinds': ','.join(kinds),
            'nesting': ','.join(str(len(p.steps)) for p in ps),
            'catches': ','.join('%s:%d' % i for i in sorted(on.items())),
            'init': str(modified(c.init)),
            'complete': str(modified(c.complete))}


def check(source, target, path, level=None):
    """(violations, notes, campaign) for three files; level: what fails
    together, as a policy says it."""
    a, b = imm.read(source), imm.read(target)
    classes = dict(CLASSES)
    classes.update(a.classes)
    classes.update(b.classes)
    c = campaign.read(path, classes)
    k = Checker(a, b, c, level)
    k.run()
    return k.found, k.notes, c


def main():
    p = argparse.ArgumentParser(description='check a campaign')
    p.add_argument('source')
    p.add_argument('target')
    p.add_argument('campaign')
    p.add_argument('--may-refuse', action='store_true')
    p.add_argument('--shape', action='append', default=[])
    p.add_argument('--show-shape', action='store_true')
    p.add_argument('--notes', action='store_true')
    a = p.parse_args()
    if not os.path.exists(a.campaign):
        print('no campaign')
        return 0 if a.may_refuse else 1
    found, notes, c = check(a.source, a.target, a.campaign)
    outline = shape(c)
    for want in a.shape:
        key, _, value = want.partition('=')
        if outline.get(key) != value:
            found.append(('SHAPE', '-', key, 'is %s, not %s'
                          % (outline.get(key), value)))
    if a.show_shape:
        for k, v in outline.items():
            print('%s=%s' % (k, v))
    for f in found:
        print('%s %s "%s": %s' % f)
    for n in notes if a.notes else []:
        print('note %s %s "%s": %s' % n)
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
