"""A model that changes: applies units of creates, modifies and deletes.

Answers "may this be done now, and what is true afterwards?". Keeps three
indexes up to date so that a check after every unit costs only what the unit
touched: children, who names whom (any value, and DNs escaped in RDNs), and
which entity stands on which.
"""
import imm
from campaign import ADD, DELETE, REPLACE

CAMPAIGN_TYPE = {
    'SA_INT32_T': 'SA_IMM_ATTR_SAINT32T',
    'SA_UINT32_T': 'SA_IMM_ATTR_SAUINT32T',
    'SA_INT64_T': 'SA_IMM_ATTR_SAINT64T',
    'SA_UINT64_T': 'SA_IMM_ATTR_SAUINT64T', 'SA_NAME_T': 'SA_IMM_ATTR_SANAMET',
    'SA_TIME_T': 'SA_IMM_ATTR_SATIMET', 'SA_FLOAT_T': 'SA_IMM_ATTR_SAFLOATT',
    'SA_DOUBLE_T': 'SA_IMM_ATTR_SADOUBLET',
    'SA_STRING_T': 'SA_IMM_ATTR_SASTRINGT', 'SA_ANY_T': 'SA_IMM_ATTR_SAANYT'}


class World:
    def __init__(self, source, target, report):
        """report(rule, entity, text) is called for every violation."""
        self.m = source.copy()
        for name, c in target.classes.items():
            self.m.classes.setdefault(name, c)
        self.target = target
        self.report = report
        self.universe = set(source.objects) | set(target.objects)
        self.known_dangling = set()
        for m in (source, target):
            for o in m.objects.values():
                for n in self.names_of(o):
                    if n not in m.objects:
                        self.known_dangling.add((o.dn, n))
        self.kids = {}
        self.named_by = {}  # name: {dn: count}
        self.ee_kids = {}  # EE: EEs it contains
        self.stands = {}  # sponsor: {dependency DN}
        self.touched = {}  # DN: 'create' | 'modify' | 'delete', last unit
        for o in self.m.objects.values():
            self.enter(o)

    # --- indexes ---

    def names_of(self, o):
        """Names of this pair of models that the object mentions."""
        out = [v for vs in o.attrs.values() for v in vs if v in self.universe]
        value = imm.rdn_value(o.dn)
        if '=' in value:
            n = imm.unescape_dn(value)
            if n in self.universe:
                out.append(n)
        return out

    def enter(self, o):
        p = imm.parent_dn(o.dn)
        if p:
            self.kids.setdefault(p, set()).add(o.dn)
        self.link(o)

    def leave(self, o):
        p = imm.parent_dn(o.dn)
        if p:
            self.kids[p].discard(o.dn)
        self.unlink(o)

    def link(self, o):
        for n in self.names_of(o):
            d = self.named_by.setdefault(n, {})
            d[o.dn] = d.get(o.dn, 0) + 1
        if o.cls == 'SaPlmDependency':
            for n in o.all('saPlmDepNames'):
                self.stands.setdefault(n, set()).add(o.dn)

    def unlink(self, o):
        for n in self.names_of(o):
            d = self.named_by[n]
            d[o.dn] -= 1
            if not d[o.dn]:
                del d[o.dn]
        if o.cls == 'SaPlmDependency':
            for n in o.all('saPlmDepNames'):
                self.stands.get(n, set()).discard(o.dn)

    # --- questions ---

    def get(self, dn):
        return self.m.objects.get(dn)

    def is_ee(self, dn):
        o = self.m.objects.get(dn)
        return o is not None and o.cls == 'SaPlmEE'

    def container(self, ee):
        return next((a for a in imm.ancestors(ee) if self.is_ee(a)), None)

    def contained(self, ee):
        """EEs directly below an EE, hardware elements between them or not."""
        out, todo = [], [ee]
        while todo:
            for k in sorted(self.kids.get(todo.pop(), ())):
                if self.is_ee(k):
                    out.append(k)
                else:
                    todo.append(k)
        return out

    def deps(self, ee):
        """Dependencies of an EE that name an EE now."""
        return [self.m.objects[k] for k in sorted(self.kids.get(ee, ()))
                if self.m.objects[k].cls == 'SaPlmDependency' and
                any(self.is_ee(n) for n in
                    self.m.objects[k].all('saPlmDepNames'))]

    def dependents(self, ee):
        """EEs with a dependency that names this EE."""
        return {imm.parent_dn(d) for d in self.stands.get(ee, ())}

    # --- units ---

    def apply(self, ops, deletes_first=False):
        """Applies one CCB, or with deletes_first the unit of a step."""
        self.touched = {}
        self.attrs_done = set()
        self.rules(ops)
        order = ['create', 'modify', 'delete']
        if deletes_first:
            order = ['delete', 'modify', 'create']
        for kind in order:
            for op in ops:
                if op.kind == kind:
                    getattr(self, kind)(op)
        self.names_exist()

    def rules(self, ops):
        """No object created and modified, nor deleted and anything else; no
        attribute changed twice."""
        seen = {}
        for op in ops:
            was = seen.setdefault(op.dn, op.kind)
            if was != op.kind or (op.kind != 'modify' and
                                  seen.get((op.dn, 'again'))):
                self.report('CCB', op.dn, '%s and %s in one CCB'
                            % (was, op.kind))
            seen[(op.dn, 'again')] = True

    def check_types(self, cls, op):
        for name, t in op.types.items():
            if self.m.knows(cls, name):
                want = CAMPAIGN_TYPE.get(self.m.attr_type(cls, name))
                if t != want:
                    self.report('TYPE', op.dn, '%s has type %s, not %s'
                                % (name, t, want))

    def create(self, op):
        if op.dn in self.m.objects:
            self.report('CCB', op.dn, 'created, but it exists')
            return
        if op.parent and op.parent not in self.m.objects:
            self.report('CCB', op.dn, 'created, but its parent is missing')
        if imm.parent_dn(op.dn) != op.parent:
            self.report('CCB', op.dn, 'its parent is not "%s"' % op.parent)
        self.check_types(op.cls, op)
        o = imm.Obj(op.dn, op.cls, {n: list(v) for n, v in op.attrs.items()})
        t = self.target.objects.get(op.dn)
        if t is not None:
            o.hosted_by = t.hosted_by
        self.m.objects[op.dn] = o
        self.touched[op.dn] = 'create'
        self.enter(o)

    def delete(self, op):
        o = self.m.objects.get(op.dn)
        if o is None:
            self.report('CCB', op.dn, 'deleted, but it does not exist')
            return
        if self.kids.get(op.dn):
            self.report('CCB', op.dn, 'deleted before its child "%s"'
                        % sorted(self.kids[op.dn])[0])
        self.leave(o)
        del self.m.objects[op.dn]
        self.touched[op.dn] = 'delete'

    def modify(self, op):
        o = self.m.objects.get(op.dn)
        if o is None:
            self.report('CCB', op.dn, 'modified, but it does not exist')
            return
        self.check_types(o.cls, op)
        self.unlink(o)
        for name, values in op.attrs.items():
            if (op.dn, name) in self.attrs_done:
                self.report('CCB', op.dn, '%s modified twice' % name)
            self.attrs_done.add((op.dn, name))
            self.modify_attr(o, op, name, values)
        self.link(o)
        self.touched[op.dn] = 'modify'

    def modify_attr(self, o, op, name, values):
        if op.op == REPLACE:
            if not values:
                self.report('MOD', op.dn, '%s replaced by nothing' % name)
            o.attrs[name] = list(values)
        elif op.op == DELETE:
            if sorted(values) != sorted(o.all(name)):
                self.report('MOD', op.dn, 'a delete that leaves values of %s'
                            % name)
            left = list(o.all(name))
            for v in values:
                if v in left:
                    left.remove(v)
                else:
                    self.report('MOD', op.dn, '%s has no value "%s"'
                                % (name, v))
            o.attrs[name] = left
        elif op.op == ADD:
            self.report('MOD', op.dn, '%s grows by VALUES_ADD' % name)
            o.attrs[name] = o.all(name) + list(values)
        else:
            self.report('MOD', op.dn, 'unknown operation %s' % op.op)
        if not o.attrs.get(name, [1]):
            del o.attrs[name]

    def names_exist(self):
        """P9 for what the unit touched."""
        for dn, what in self.touched.items():
            if what == 'delete':
                if dn in self.m.objects:
                    continue
                for by in sorted(self.named_by.get(dn, ())):
                    if (by, dn) not in self.known_dangling:
                        self.report('P9', by, 'names "%s", which is gone'
                                    % dn)
            elif dn in self.m.objects:
                for n in sorted(set(self.names_of(self.m.objects[dn]))):
                    if n not in self.m.objects and \
                            (dn, n) not in self.known_dangling:
                        self.report('P9', dn, 'names "%s", which does not '
                                    'exist' % n)
