"""Who is in service while a campaign runs (P4), and how services change.

An SU is in service when its EE exists and it and everything below it is
instantiated and unlocked. What the source can keep up and the target wants is
kept up at every moment: by SG so many SUs as it needs (Promises), and with an
SI whatever it depends on. What the procedure accepts may go down all the same.
SUs created outside a step are never instantiated by anybody and do not count.
"""
import imm
from meaning import Promises, settle_groups


class Services:
    def __init__(self, checker):
        self.c = checker
        self.w = checker.w
        s, t = checker.s, checker.t
        settle_groups(s, t)
        self.promises = Promises(s, t)
        self.watched = self.promises.watched()
        self.by = {}  # any entity of the chain: SIs it may touch
        self.on_ee = {}  # EE: AMF nodes, at any time
        self.on_node = {}  # AMF node: SUs, at any time
        self.users = {}  # SI: those that depend on it, at any time
        for x in (s, t):
            self.chain(x)
        self.dormant = set()
        self.down, self.others = set(), set()
        self.pending = set()
        self.reported = set()
        self.procedure = None  # the one at work, for what it accepts

    def chain(self, x):
        m = x.model.objects
        for o in x.by.get('SaAmfSIDependency', []):
            self.users.setdefault(x.sponsor_of(o.dn), set()).add(
                imm.parent_dn(o.dn))
        for node in x.by.get('SaAmfNode', []):
            ee = x.node_ee.get(node.dn)
            if ee:
                self.on_ee.setdefault(ee, set()).add(node.dn)
        for su, node in x.su_node.items():
            self.on_node.setdefault(node, set()).add(su)
        for si, sg in x.si_sg.items():
            self.by.setdefault(si, set()).add(si)
            self.by.setdefault(sg, set()).add(si)
            for su in x.sg_sus.get(sg, []):
                node = x.su_node.get(su)
                clm = m[node].get('saAmfNodeClmNode') if node in m else None
                for e in (su, node, clm, x.node_ee.get(node or '')):
                    if e:
                        self.by.setdefault(e, set()).add(si)

    # --- where things are now ---

    def node_of(self, su):
        o = self.w.get(su)
        if o is None:
            return None
        h = self.w.get(o.get('saAmfSUHostNodeOrNodeGroup') or '')
        if h is not None and h.cls == 'SaAmfNode':
            return h.dn
        if o.hosted_by in self.w.m.objects:
            return o.hosted_by
        for x in (self.c.s, self.c.t):
            if su in x.by_group and x.su_node.get(su) in self.w.m.objects:
                return x.su_node[su]
        return None

    def ee_of(self, node):
        o = self.w.get(node or '')
        clm = self.w.get(o.get('saAmfNodeClmNode') or '') if o else None
        ee = clm.get('saClmNodeEE') if clm else None
        return ee if self.w.is_ee(ee) else None

    def sus_on(self, dn):
        """SUs hosted now on an EE or an AMF node."""
        nodes = sorted(self.on_ee.get(dn, ())) if self.w.is_ee(dn) else [dn]
        return [su for n in nodes if n == dn or self.ee_of(n) == dn
                for su in sorted(self.on_node.get(n, ()))
                if self.node_of(su) == n]

    def nodes_on(self, dn):
        """AMF and CLM nodes on an EE, the CLM node of an AMF node."""
        nodes = [n for n in sorted(self.on_ee.get(dn, ()))
                 if self.ee_of(n) == dn] if self.w.is_ee(dn) else []
        o = self.w.get(dn)
        if o is not None and o.cls == 'SaAmfNode':
            nodes = [dn]
        clm = [self.w.get(n).get('saAmfNodeClmNode') for n in nodes]
        return [n for n in nodes if n != dn] + clm

    def ee_up(self, ee, seen=()):
        if ee in self.down or ee in seen:
            return False
        c = self.w.container(ee)
        seen = tuple(seen) + (ee,)
        if c is not None and not self.ee_up(c, seen):
            return False
        for d in self.w.deps(ee):
            names = d.all('saPlmDepNames')
            up = [n for n in names if self.w.is_ee(n) and
                  self.ee_up(n, seen)]
            if len(up) < min(self.c.s.min_number(d), len(names)):
                return False
        return True

    def in_service(self, su):
        if su in self.dormant or su in self.others or \
                self.w.get(su) is None:
            return False
        node = self.node_of(su)
        ee = self.ee_of(node)
        return ee is not None and node not in self.others and \
            self.ee_up(ee)

    # --- services ---

    def group(self, si):
        """The SG of an SI now, and its SUs."""
        o = self.w.get(si)
        sg = o.get('saAmfSIProtectedbySG') if o is not None else None
        return sg, [k for k in sorted(self.w.kids.get(sg, ()))
                    if self.w.get(k).cls == 'SaAmfSU']

    def known(self, sg):
        """Has the SG ever an SU whose place is known?"""
        return any(x.su_ee(su) for x in (self.c.s, self.c.t)
                   for su in x.sg_sus.get(sg, []))

    def sponsors(self, si):
        """What an SI depends on now, as far as anything can be said of it."""
        for k in sorted(self.w.kids.get(si, ())):
            o = self.w.get(k)
            if o.cls == 'SaAmfSIDependency':
                to = self.c.s.sponsor_of(k)
                if to not in self.promises.blind and \
                        self.w.get(to) is not None:
                    yield to

    def fully_up(self, si):
        sg, sus = self.group(si)
        return not self.known(sg) or \
            sum(map(self.in_service, sus)) >= self.promises.wanted.get(sg, 1)

    def lost(self, si):
        """Why an SI is down that need not be, or None."""
        p = self.promises
        sg, sus = self.group(si)
        if si in self.watched:
            if self.w.get(si) is None:
                return 'it does not exist'
            least = max(1, p.least.get(sg, 1))
            if sum(map(self.in_service, sus)) < least:
                return '%d needed of ' % least + '; '.join(
                    '%s on %s' % (su, self.ee_of(self.node_of(su)))
                    for su in sus)
        return self.lost_with(si) if si in p.safe else None

    def lost_with(self, si):
        """The same, of what it depends on. What never has all it wants takes
        nothing down that was not down anyhow."""
        seen, todo, down = set(), [si], []
        while todo:
            x = todo.pop()
            if x in seen:
                continue
            seen.add(x)
            if self.group(x)[0] in self.promises.lacking:
                return None
            if x != si and not self.fully_up(x):
                down.append(x)
            todo += self.sponsors(x)
        return 'it depends on ' + min(down) if down else None

    def accepted(self, si):
        a = self.procedure.accepted if self.procedure else []
        return a == 'all' or si in a

    # --- moments ---

    def look(self, entities, when):
        """Are the services that these entities touch up, and those that
        depend on them?"""
        touched, todo = set(), set()
        for e in entities:
            todo |= self.by.get(e, set())
            if e in self.w.m.objects and \
                    self.w.get(e).cls == 'SaAmfSIDependency':
                todo.add(imm.parent_dn(e))
        while todo:
            si = todo.pop()
            touched.add(si)
            todo |= self.users.get(si, set()) - touched
        for si in sorted(touched):
            why = self.lost(si)
            if why and not self.accepted(si):
                self.fail(si, when + ': ' + why)

    def fail(self, si, text):
        key = (si, self.c.where)
        if key not in self.reported:
            self.reported.add(key)
            self.c.report('P4', si, 'is down ' + text)

    def take_down(self, down, others):
        self.down, self.others = set(down), set(others)
        self.look(down | others, 'while its procedure is torn down')
        sus = [o for o in others if self.w.get(o) is not None and
               self.w.get(o).cls in ('SaAmfSU', 'SaAmfNode')]
        if not down and len(sus) > 1:
            self.c.report('AMF', ', '.join(sorted(sus)),
                          'several taken down at a time')

    def before_unit(self, ops):
        """SUs are removed and CLM nodes change their EE only while down."""
        for op in ops:
            o = self.w.get(op.dn)
            if o is None or op.kind == 'create':
                continue
            if o.cls in ('SaAmfSU', 'SaAmfComp') and self.changed(o, op):
                su = op.dn if o.cls == 'SaAmfSU' else imm.parent_dn(op.dn)
                if self.w.get(su) is not None and self.in_service(su):
                    self.c.report('AMF', op.dn, '%s while in service'
                                  % op.kind)
            if o.cls == 'SaClmNode' and 'saClmNodeEE' in op.attrs and \
                    op.kind == 'modify':
                self.rehome(o)

    @staticmethod
    def changed(o, op):
        if op.kind == 'delete':
            return o.cls == 'SaAmfSU'
        key = {'SaAmfSU': 'saAmfSUType', 'SaAmfComp': 'saAmfCompType'}[o.cls]
        return key in op.attrs

    def rehome(self, clm):
        ee = clm.get('saClmNodeEE')
        nodes = {n for n in self.on_ee.get(ee, ())
                 if self.w.get(n) is not None and
                 self.w.get(n).get('saAmfNodeClmNode') == clm.dn}
        if not nodes or ee in self.down:
            return
        if not nodes <= self.others and any(
                self.in_service(su) for n in nodes
                for su in self.on_node.get(n, ())):
            self.c.report('HOME', clm.dn, 'changes its EE while its AMF node '
                          'is not locked')

    def after_unit(self, touched, step):
        new = {dn for dn, what in touched.items() if what == 'create' and
               self.w.get(dn) is not None and
               self.w.get(dn).cls == 'SaAmfSU'}
        if step:
            self.pending = new
            self.dormant |= new  # until the step has built them up
        else:
            self.dormant |= new
        for dn in touched:
            o = self.w.get(dn)
            if o is not None and o.cls == 'SaAmfNode':
                ee = self.ee_of(dn)
                if ee:
                    self.on_ee.setdefault(ee, set()).add(dn)
        self.look(touched, 'after a change of the model')

    def bring_back(self, ups):
        """EEs that were just created are down until they are built up."""
        self.down |= {u for us in ups for u in us if self.w.is_ee(u)}
        self.look(self.down | self.others, 'while its procedure builds up')

    def all_up(self):
        self.dormant -= self.pending
        self.pending = set()
        was = self.down | self.others
        self.down, self.others = set(), set()
        self.look(was, 'after its procedure')
