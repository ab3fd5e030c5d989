"""IMM XML models: reading, writing, comparing; distinguished names.

Answers "what does this model say?" for the generator and the checker. A model
is a dictionary of objects by DN; only configuration is kept, as the model
language defines it: the three SaImmAttr names, runtime attributes and objects
of runtime classes are dropped, all but saAmfSUHostedByNode, which is read but
never compared.
"""
import hashlib
import xml.parsers.expat
from xml.sax.saxutils import escape

from facts import CLASSES, FLAGS, AttrDef, ClassDef

NS = 'http://www.saforum.org/IMMSchema'
DROPPED = {'SaImmAttrClassName', 'SaImmAttrAdminOwnerName',
           'SaImmAttrImplementerName'}
KEPT_RUNTIME = 'saAmfSUHostedByNode'


# --- distinguished names -------------------------------------------------

def split_dn(dn):
    """The RDNs of a DN, leaf first; an escaped comma does not separate."""
    if '\\' not in dn:
        return dn.split(',')
    out, start, i = [], 0, 0
    while i < len(dn):
        if dn[i] == '\\':
            i += 2
            continue
        if dn[i] == ',':
            out.append(dn[start:i])
            start = i + 1
        i += 1
    out.append(dn[start:])
    return out


def parent_dn(dn):
    """The DN of the parent, '' for a root."""
    i = 0
    while True:
        i = dn.find(',', i)
        if i < 0:
            return ''
        if i == 0 or dn[i - 1] != '\\':
            return dn[i + 1:]
        i += 1


def rdn(dn):
    parent = parent_dn(dn)
    return dn[:len(dn) - len(parent) - 1] if parent else dn


def rdn_attr(dn):
    return rdn(dn).partition('=')[0]


def rdn_value(dn):
    return rdn(dn).partition('=')[2]


def escape_dn(dn):
    """The DN as a value inside another RDN."""
    return dn.replace(',', '\\,')


def unescape_dn(value):
    return value.replace('\\,', ',')


def ancestors(dn):
    """Parent, grandparent, ..."""
    dn = parent_dn(dn)
    while dn:
        yield dn
        dn = parent_dn(dn)


def below(dn, top):
    """Is dn properly below top?"""
    return dn.endswith(',' + top) and top in ancestors(dn)


# --- models --------------------------------------------------------------

class Obj:
    __slots__ = ('dn', 'cls', 'attrs', 'hosted_by')

    def __init__(self, dn, cls, attrs=None, hosted_by=None):
        self.dn, self.cls = dn, cls
        self.attrs = attrs if attrs is not None else {}
        self.hosted_by = hosted_by

    def get(self, name):
        v = self.attrs.get(name)
        return v[0] if v else None

    def all(self, name):
        return self.attrs.get(name, [])

    def copy(self):
        return Obj(self.dn, self.cls,
                   {n: list(v) for n, v in self.attrs.items()},
                   self.hosted_by)

    def same(self, other):
        """Equal configuration: class, attributes, values as multisets. An
        attribute without values is no attribute."""
        if self.cls != other.cls:
            return False
        a = {n: sorted(v) for n, v in self.attrs.items() if v}
        b = {n: sorted(v) for n, v in other.attrs.items() if v}
        return a == b


class Model:
    def __init__(self):
        self.objects = {}
        self.classes = {}  # defined in the file
        self._children = None

    def add(self, dn, cls, _hosted_by=None, **attrs):
        """A new object; values may be single or lists."""
        if dn in self.objects:
            raise ValueError('duplicate ' + dn)
        o = Obj(dn, cls, {n: [str(x) for x in
                              (v if isinstance(v, (list, tuple)) else [v])]
                          for n, v in attrs.items() if v is not None},
                _hosted_by)
        self.objects[dn] = o
        return o

    def copy(self):
        m = Model()
        m.objects = {d: o.copy() for d, o in self.objects.items()}
        m.classes = dict(self.classes)
        return m

    def of_class(self, cls):
        return [o for o in self.objects.values() if o.cls == cls]

    def class_def(self, name):
        return self.classes.get(name) or CLASSES.get(name)

    def attr_type(self, cls, attr):
        """The IMM type name; strings where nothing is known."""
        c = self.class_def(cls)
        if c is not None:
            if attr == c.rdn.name:
                return c.rdn.type
            if attr in c.attrs:
                return c.attrs[attr].type
        d = CLASSES.get(cls)
        if d is not None and attr in d.attrs:
            return d.attrs[attr].type
        return 'SA_STRING_T'

    def knows(self, cls, attr):
        c = self.class_def(cls)
        return c is not None and attr in c.attrs

    def is_runtime(self, cls, attr):
        c = self.class_def(cls)
        return c is not None and attr in c.attrs and c.attrs[attr].runtime

    def children(self):
        """Children by parent DN, made anew at each call."""
        out = {}
        for dn in self.objects:
            out.setdefault(parent_dn(dn), []).append(dn)
        return out

    def digest(self):
        """SHA-256 of the canonical form: objects by DN bytes; class, DN,
        attributes by name, values in order, each followed by NUL."""
        h = hashlib.sha256()
        for dn in sorted(self.objects, key=lambda d: d.encode()):
            o = self.objects[dn]
            parts = [o.cls, dn]
            for name in sorted(o.attrs, key=lambda n: n.encode()):
                parts.append(name)
                parts.extend(o.attrs[name])
            h.update(('\0'.join(parts) + '\0').encode())
        return h.hexdigest()


def differences(a, b):
    """DNs whose objects differ, sorted, each with a word."""
    out = []
    for dn in sorted(set(a.objects) | set(b.objects)):
        x, y = a.objects.get(dn), b.objects.get(dn)
        if x is None:
            out.append((dn, 'only in the second'))
        elif y is None:
            out.append((dn, 'only in the first'))
        elif not x.same(y):
            names = sorted(n for n in set(x.attrs) | set(y.attrs)
                           if sorted(x.all(n)) != sorted(y.all(n)))
            out.append((dn, 'class' if x.cls != y.cls
                        else 'differs in ' + ', '.join(
                            '%s (%s -> %s)' % (n, x.all(n), y.all(n))
                            for n in names)))
    return out


class _Reader:
    """Expat handlers that fill a model."""

    def __init__(self):
        self.model = Model()
        self.text = None
        self.obj = self.cls = self.cattr = None
        self.path = []
        self.name = None
        self.raw = []  # objects, before runtime attributes are dropped

    def start(self, tag, attrs):
        self.path.append(tag)
        self.text = []
        if tag == 'object':
            self.obj = Obj('', attrs.get('class', ''))
        elif tag == 'class':
            self.cls = ClassDef(attrs.get('name', ''), False, None, [])
        elif tag in ('rdn', 'attr') and self.cls is not None:
            self.cattr = AttrDef('', 'SA_STRING_T')

    def end(self, tag):
        text = ''.join(self.text) if self.text is not None else ''
        self.path.pop()
        parent = self.path[-1] if self.path else ''
        if self.cls is not None:
            self.end_class(tag, text.strip(), parent)
        elif self.obj is not None:
            self.end_object(tag, text)
        self.text = None

    def end_class(self, tag, text, parent):
        a = self.cattr
        if tag == 'class':
            self.model.classes[self.cls.name] = self.cls
            self.cls = None
        elif tag == 'category' and parent == 'class':
            self.cls.runtime = text == 'SA_RUNTIME'
        elif tag == 'category':
            a.runtime = text == 'SA_RUNTIME'
        elif tag == 'name':
            a.name = text
        elif tag == 'type':
            a.type = text
        elif tag == 'flag':
            a.flags += {v: k for k, v in FLAGS.items()}.get(text, '')
        elif tag == 'default-value':
            a.default = text
        elif tag == 'rdn':
            self.cls.rdn = a
        elif tag == 'attr':
            self.cls.attrs[a.name] = a

    def end_object(self, tag, text):
        if tag == 'dn':
            self.obj.dn = text.strip()
        elif tag == 'name':
            self.name = text.strip()
            self.obj.attrs.setdefault(self.name, [])
        elif tag == 'value':
            self.obj.attrs[self.name].append(text)
        elif tag == 'object':
            self.raw.append(self.obj)
            self.obj = None

    def finish(self):
        m = self.model
        for o in self.raw:
            c = m.class_def(o.cls)
            if c is not None and c.runtime:
                continue
            for name in list(o.attrs):
                if name == KEPT_RUNTIME:
                    o.hosted_by = o.get(name)
                if name in DROPPED or m.is_runtime(o.cls, name) or \
                        not o.attrs[name]:
                    del o.attrs[name]
                elif m.attr_type(o.cls, name) != 'SA_STRING_T':
                    o.attrs[name] = [v.strip() for v in o.attrs[name]]
            if o.dn in m.objects:
                raise ValueError('duplicate ' + o.dn)
            m.objects[o.dn] = o
        return m


def read(path):
    """A model from an IMM XML file; raises ValueError or ExpatError."""
    r = _Reader()
    p = xml.parsers.expat.ParserCreate()
    p.StartElementHandler = r.start
    p.EndElementHandler = r.end
    p.CharacterDataHandler = \
        lambda t: r.text.append(t) if r.text is not None else None
    p.buffer_text = True
    with open(path, 'rb') as f:
        p.ParseFile(f)
    return r.finish()


def _write_class(out, c):
    def one(tag, a):
        out.append('    <%s>\n' % tag)
        out.append('      <name>%s</name>\n' % escape(a.name))
        out.append('      <type>%s</type>\n' % a.type)
        out.append('      <category>%s</category>\n'
                   % ('SA_RUNTIME' if a.runtime else 'SA_CONFIG'))
        for f in a.flags:
            out.append('      <flag>%s</flag>\n' % FLAGS[f])
        if a.default is not None and tag == 'attr':
            out.append('      <default-value>%s</default-value>\n'
                       % escape(a.default))
        out.append('    </%s>\n' % tag)

    out.append('  <class name="%s">\n' % escape(c.name))
    out.append('    <category>%s</category>\n'
               % ('SA_RUNTIME' if c.runtime else 'SA_CONFIG'))
    one('rdn', c.rdn)
    for a in c.attrs.values():
        one('attr', a)
    out.append('  </class>\n')


def header():
    return ('<?xml version="1.0" encoding="UTF-8"?>\n'
            '<imm:IMM-contents xmlns:imm="%s" xmlns:xsi='
            '"http://www.w3.org/2001/XMLSchema-instance">\n' % NS)


def object_text(dn, cls, attrs):
    """One object as immdump writes it; attrs: (name, values) pairs."""
    out = ['  <object class="%s">\n    <dn>%s</dn>\n'
           % (escape(cls, {'"': '&quot;'}), escape(dn))]
    for name, values in attrs:
        out.append('    <attr>\n      <name>%s</name>\n' % escape(name))
        for v in values:
            out.append('      <value>%s</value>\n' % escape(v))
        out.append('    </attr>\n')
    out.append('  </object>\n')
    return ''.join(out)


def write(model, path, order=None, extra=None, shuffle=None,
          shuffle_attrs=None):
    """Writes the model; order: DNs, else as added; extra(obj): more (name,
    values) pairs, such as runtime attributes; shuffle, shuffle_attrs: a
    random.Random that mixes the objects, the attributes of each."""
    dns = list(order if order is not None else model.objects)
    if shuffle is not None:
        shuffle.shuffle(dns)
    out = [header()]
    for c in model.classes.values():
        _write_class(out, c)
    for dn in dns:
        o = model.objects[dn]
        attrs = list(o.attrs.items())
        if o.hosted_by:
            attrs.append((KEPT_RUNTIME, [o.hosted_by]))
        if extra is not None:
            attrs.extend(extra(o))
        if shuffle_attrs is not None:
            shuffle_attrs.shuffle(attrs)
        out.append(object_text(dn, o.cls, attrs))
    out.append('</imm:IMM-contents>\n')
    with open(path, 'w', encoding='utf-8', newline='\n') as f:
        f.write(''.join(out))
