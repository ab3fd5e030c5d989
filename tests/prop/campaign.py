"""Reads a campaign file into plain data, in document order.

Answers "what does the file say?" and nothing more; what it means is the
checker's business. Whatever cannot be read becomes an entry of `errors`.
"""
import xml.etree.ElementTree as ET

CG = '{urn:campgen:1}'
ADD, DELETE, REPLACE = ('SA_IMM_ATTR_VALUES_ADD', 'SA_IMM_ATTR_VALUES_DELETE',
                        'SA_IMM_ATTR_VALUES_REPLACE')


class Op:
    """One create, delete or modify."""

    def __init__(self, kind, dn, cls=None, attrs=None, op=None, types=None,
                 parent=None):
        self.kind, self.dn, self.cls, self.op = kind, dn, cls, op
        self.attrs = attrs or {}  # name: values
        self.types = types or {}  # name: SA_IMM_ATTR_...
        self.parent = parent
        self.reason = None


class Bundle:
    """swAdd or swRemove: the bundle and where it goes."""

    def __init__(self, dn, envs):
        self.dn, self.envs = dn, envs


class Template:
    def __init__(self, parent, type_):
        self.parent, self.type = parent, type_
        self.mods = []  # (objectRDN or None, Op)


class Step:
    def __init__(self):
        self.kind = None  # 'add-remove', 'modify', 'rolling'
        self.down, self.up = [], []  # acted on: de-, activation unit
        self.down_templates, self.up_templates = [], []
        self.removed, self.added = [], []  # DNs, Ops
        self.sw_remove, self.sw_add = [], []
        self.templates = []
        self.node_template = None
        self.type = '000'
        self.retry = None
        self.reason = None


class Procedure:
    def __init__(self, name, level):
        self.name, self.level = name, level
        self.init, self.wrapup, self.steps = [], [], []
        self.method = None
        self.reason = None
        self.accepted = []  # SIs that may go unassigned, or 'all'
        self.morphs = []  # VMs that change their type while they run


class Campaign:
    def __init__(self):
        self.name = None
        self.errors = []
        self.source = self.target = self.schedule = self.bound = None
        self.bundles = []  # Ops of addToImm
        self.init, self.procedures = [], []
        self.complete, self.wrapup = [], []  # lists of CCBs, lists of Ops
        self.remove_types, self.remove_bundles = [], []


ONCE = {'upgradeMethod', 'deactivationUnit', 'activationUnit', 'actedOn',
        'removed', 'parent', 'type', 'removal', 'installation', 'offline',
        'online', 'addToImm', 'removeFromImm', 'defaultCliTimeout',
        'outageInfo', 'campaignInitialization', 'campaignWrapup',
        'immCCB', 'singleStepUpgrade'}


def _doubles(root, camp):
    """Elements of which the schema has at most one in each parent."""
    for e in root.iter():
        seen = set()
        for x in e:
            if x.tag in ONCE and x.tag in seen:
                camp.errors.append('%s twice in %s' % (x.tag, e.tag))
            seen.add(x.tag)


def _reason(e):
    return next((v for k, v in e.attrib.items()
                 if k.startswith(CG) and 'reason' in k), None)


def _attributes(e, camp):
    attrs, types = {}, {}
    for a in e.findall('attribute'):
        name = a.get('name')
        if name in attrs:
            camp.errors.append('attribute %s given twice' % name)
        attrs[name] = [v.text or '' for v in a.findall('value')]
        types[name] = a.get('type')
        if not attrs[name]:
            camp.errors.append('attribute %s without value' % name)
    return attrs, types


def create_dn(attrs, parent, rdn_name=None):
    """The DN of a create: its RDN attribute is written attr="attr=value"."""
    names = [rdn_name] if rdn_name in attrs else list(attrs)
    for n in names:
        v = attrs[n]
        if len(v) == 1 and v[0].startswith(n + '='):
            return n, v[0] if parent in ('', '=') else v[0] + ',' + parent
    return None, None


def _create(e, camp, classes):
    attrs, types = _attributes(e, camp)
    cls, parent = e.get('objectClassName'), e.get('parentObjectDN')
    if parent is None:
        camp.errors.append('create of %s without parent' % cls)
        parent = '='
    d = classes.get(cls)
    name, dn = create_dn(attrs, parent, d.rdn.name if d else None)
    if dn is None:
        camp.errors.append('create of %s below %s without RDN' % (cls, parent))
        return None
    del attrs[name]
    op = Op('create', dn, cls, attrs, types=types,
            parent='' if parent == '=' else parent)
    op.reason = _reason(e)
    return op


def _ccb(e, camp, classes):
    ops = []
    for x in e:
        if x.tag == 'create':
            ops.append(_create(x, camp, classes))
        elif x.tag == 'delete':
            ops.append(Op('delete', x.get('objectDN')))
        elif x.tag == 'modify':
            attrs, types = _attributes(x, camp)
            ops.append(Op('modify', x.get('objectDN'), None, attrs,
                          x.get('operation'), types))
            ops[-1].reason = _reason(x)
        else:
            camp.errors.append('unknown %s in immCCB' % x.tag)
    return [o for o in ops if o is not None]


def _actions(parent, tag, camp, classes):
    """The CCBs of all actions of a name; other kinds change no model."""
    out = []
    for a in parent.findall(tag):
        n = 0
        for e in a.findall('immCCB'):
            out.append(_ccb(e, camp, classes))
            n += 1
        if n > 1:
            camp.errors.append('%s with several immCCB' % tag)
    return out


def _entity_list(e):
    """(names, templates) of actedOn or removed."""
    if e is None:
        return [], []
    return ([x.get('objectDN') for x in e.findall('byName')],
            [(t.find('parent').get('objectDN')
              if t.find('parent') is not None else None,
              t.find('type').get('objectDN')
              if t.find('type') is not None else None)
             for t in e.findall('byTemplate')])


def _bundles(e, tag):
    return [Bundle(x.get('bundleDN'),
                   [v.get('plmExecEnviron') or v.get('clmNode') or
                    v.get('amfNode') for v in x.findall('plmExecEnv')])
            for x in e.findall(tag)]


def _templates(e, camp):
    out = []
    for t in e.findall('targetEntityTemplate'):
        p, k = t.find('parent'), t.find('type')
        x = Template(p.get('objectDN') if p is not None else None,
                     k.get('objectDN') if k is not None else None)
        for m in t.findall('modifyOperation'):
            attrs, types = _attributes(m, camp)
            x.mods.append((m.get('objectRDN'),
                           Op('modify', None, None, attrs, m.get('operation'),
                              types)))
        if not x.mods:
            camp.errors.append('targetEntityTemplate without modification')
        out.append(x)
    return out


def _step(scope, step, camp, classes):
    s = Step()
    s.reason = _reason(scope) or _reason(step)
    flags = [step.get(a) or '0' for a in (
        'saSmfStepRestartOption', 'saSmfStepInPhaseStep',
        'saSmfStepLockedReducedStep')]
    s.type = ''.join({'true': '1', 'false': '0'}.get(f, f) for f in flags)
    s.retry = step.get('saSmfStepMaxRetry')
    kinds = [x for x in scope]
    if len(kinds) != 1:
        camp.errors.append('upgradeScope with %d children' % len(kinds))
        return s
    e = kinds[0]
    if e.tag == 'forAddRemove':
        s.kind = 'add-remove'
        d, a = e.find('deactivationUnit'), e.find('activationUnit')
        if d is None or a is None:
            camp.errors.append('forAddRemove without both units')
            return s
        s.down, s.down_templates = _entity_list(d.find('actedOn'))
        s.removed = _entity_list(d.find('removed'))[0]
        s.sw_remove = _bundles(d, 'swRemove')
        s.up, s.up_templates = _entity_list(a.find('actedOn'))
        s.added = [o for o in (_create(x, camp, classes)
                               for x in a.findall('added')) if o is not None]
        s.sw_add = _bundles(a, 'swAdd')
    elif e.tag == 'forModify':
        s.kind = 'modify'
        a = e.find('activationUnit')
        if a is None:
            camp.errors.append('forModify without activationUnit')
            return s
        s.down, s.down_templates = _entity_list(a.find('actedOn'))
        s.up, s.up_templates = list(s.down), list(s.down_templates)
        s.sw_remove, s.sw_add = _bundles(a, 'swRemove'), _bundles(a, 'swAdd')
        s.templates = _templates(e, camp)
        if not s.templates:
            camp.errors.append('forModify without targetEntityTemplate')
    elif e.tag == 'byTemplate':
        s.kind = 'rolling'
        n = e.find('targetNodeTemplate')
        s.node_template = n.get('objectDN') if n is not None else None
        if n is not None:
            s.sw_remove = _bundles(n, 'swRemove')
            s.sw_add = _bundles(n, 'swAdd')
            for u in n.findall('activationUnitTemplate'):
                s.down_templates.append(
                    (u.find('parent').get('objectDN')
                     if u.find('parent') is not None else None,
                     u.find('type').get('objectDN')
                     if u.find('type') is not None else None))
        s.templates = _templates(e, camp)
    return s


def _procedure(e, camp, classes):
    level = e.get('saSmfExecLevel') or '0'
    if not level.isdigit():
        camp.errors.append('level %r' % level)
        level = '0'
    p = Procedure(e.get('safSmfProcedure'), int(level))
    p.reason = _reason(e)
    p.risk = e.get(CG + 'risk', '')
    p.accepted = [x.get('saSmfProcAcceptSIOutage')
                  for x in e.iter('mayGoUnassignedSI')]
    if e.find('outageInfo/acceptableServiceOutage/all') is not None:
        p.accepted = 'all'
    p.init = _actions(e, 'procInitAction', camp, classes)
    p.morphs = [x.get('objectDN') for x in
                e.findall('procInitAction/doAdminOperation')
                if x.get('operationID') == 'CG_PLM_ADMIN_MORPH']
    p.wrapup = _actions(e, 'procWrapupAction', camp, classes)
    m = e.find('upgradeMethod')
    if m is None or len(m) != 1:
        camp.errors.append('%s: no upgradeMethod' % p.name)
        return p
    p.method = m[0].tag
    pair = None
    for x in m[0]:
        if x.tag == 'upgradeScope' and pair is None:
            pair = x
        elif x.tag == 'upgradeStep' and pair is not None:
            p.steps.append(_step(pair, x, camp, classes))
            pair = None
        else:
            camp.errors.append('%s: %s out of place' % (p.name, x.tag))
    if not p.steps or pair is not None:
        camp.errors.append('%s: scopes and steps do not pair' % p.name)
    return p


_BUNDLE = (('removal', 'Remove'), ('installation', 'Install'))


def _software_bundle(e):
    attrs = {}
    for part, word in _BUNDLE:
        p = e.find(part)
        for when, upper in (('offline', 'Offline'), ('online', 'Online')):
            x = p.find(when) if p is not None else None
            if x is None:
                continue
            for a, suffix in (('command', 'CmdUri'), ('args', 'CmdArgs')):
                if x.get(a) is not None:
                    attrs['saSmfBundle' + word + upper + suffix] = [x.get(a)]
            scope = 'saSmfBundle%s%sScope' % (word, upper)
            if x.get(scope) is not None:
                attrs[scope] = [x.get(scope)]
    t = e.find('defaultCliTimeout')
    if t is not None and t.get('saSmfBundleDefaultCmdTimeout') is not None:
        attrs['saSmfBundleDefaultCmdTimeout'] = [
            t.get('saSmfBundleDefaultCmdTimeout')]
    name = e.get('name')
    from imm import parent_dn
    return Op('create', name, 'SaSmfSwBundle', attrs, parent=parent_dn(name))


def read(path, classes):
    """A campaign; classes: definitions by name, to know RDN attributes.
    Raises ET.ParseError if it is not well-formed."""
    c = Campaign()
    root = ET.parse(path).getroot()
    if root.tag != 'upgradeCampaign':
        c.errors.append('root is ' + root.tag)
        return c
    _doubles(root, c)
    c.name = root.get('safSmfCampaign')
    c.schedule = root.get(CG + 'schedule')
    c.bound = root.get(CG + 'bound')
    base = root.find('campaignInfo/configurationBase')
    if base is not None:
        c.source, c.target = base.get(CG + 'source'), base.get(CG + 'target')
    i = root.find('campaignInitialization')
    w = root.find('campaignWrapup')
    if i is None or w is None or i.find('addToImm') is None or \
            w.find('removeFromImm') is None:
        c.errors.append('initialization or wrap-up missing')
        return c
    for e in i.find('addToImm'):
        if e.tag == 'softwareBundle':
            c.bundles.append(_software_bundle(e))
        elif len(e):
            c.errors.append('%s in addToImm is not understood' % e.tag)
    c.init = _actions(i, 'campInitAction', c, classes)
    for e in root.findall('upgradeProcedure'):
        c.procedures.append(_procedure(e, c, classes))
    c.complete = _actions(w, 'campCompleteAction', c, classes)
    c.wrapup = _actions(w, 'campWrapupAction', c, classes)
    r = w.find('removeFromImm')
    c.remove_types = [e.get('objectDN') for e in r.findall('amfEntityTypeDN')]
    c.remove_bundles = [e.get('bundleDN')
                        for e in r.findall('softwareBundleDN')]
    return c
