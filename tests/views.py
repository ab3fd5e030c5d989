#!/usr/bin/env python3
"""Every view of a plan holds the same facts: what the JSON says is compared
with Markdown, full text and HTML, node by node and number by number; and each
view is the same twice, well-formed, and within its bounds."""
import json
import os
import pty
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

from suite import Tally, has_terminal

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CAMPGEN = os.path.join(TOP, os.environ.get("BUILD", "build"), "campgen")
KINDS = {"bundles": "bundle", "before": "before", "procedures": "procedure",
         "after": "after", "commit": "commit", "services": "service",
         "nodes": "node", "waves": "wave", "steps": "step", "entities": "entity",
         "callbacks": "callback", "actions": "action", "changes": "change",
         "attributes": "attribute", "values": "value", "risks": "risk",
         "members": "member", "dependents": "dependent",
         "failures": "failure"}
CASES = ["examples/01-two-hosts", "examples/03-media-cluster",
         "examples/04-amf-cluster", "examples/07-morph",
         "tests/golden/plan-steps", "tests/golden/plan-waves"]
tally = Tally("views/")
check = tally.check


def run(*arguments):
    done = subprocess.run([CAMPGEN, *arguments], capture_output=True)
    return done.returncode, done.stdout, done.stderr


def view(campaign, form, *more):
    status, out, err = run("plan", campaign, "--format=" + form, *more)
    check("%s %s: %s" % (campaign, form, err), status == 0)
    return out.decode()


def nodes(node, kind="plan"):
    """(kind, facts) of the tree, parents before children, in order."""
    if kind == "value":
        yield kind, {"text": node}
        return
    yield kind, {k: str(v) for k, v in node.items() if k not in KINDS}
    for member, child in node.items():
        if member in KINDS:
            for c in child if isinstance(child, list) else [child]:
                yield from nodes(c, KINDS[member])


def markdown_nodes(text):
    """A title and the line below it are one node, any item is another."""
    for line in re.sub(r"(?m)^(## .*)\n\n(?=[a-z])", r"\1, ",
                       text).splitlines():
        head = re.match(r" *(?:-|##) ([a-z]+)( |$)", line)
        if head and (line.startswith("##") or head[1] in KINDS.values()):
            facts = {}
            for key, code, word in re.findall(
                    r"[ ,]([a-z-]+) (?:`([^`]*)`|(\d+)(?=,|$| \())",
                    line[head.end() - 1:]):
                facts[key] = json.loads(code) if code.startswith('"') \
                    else code or word
            yield head[1], facts


def shown(value):
    """As text shows a value: quoted where it would spoil the line."""
    return value if value and value == value.strip() and "\n" not in value \
        else json.dumps(value, ensure_ascii=False)


class Page(HTMLParser):
    """The page's elements, its text without pictures, and the rows of its
    tables as lists of cells, each a list of lines; a cell that spans several
    rows is in all of them."""
    def __init__(self):
        super().__init__()
        self.text, self.tags, self.rows, self.row = [], [], [], None
        self.open, self.spans = [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag == "tr":
            self.row = (attrs.get("id", ""), [])
            self.rows.append(self.row)
        elif tag == "td":
            self.row[1].append([""])
            self.span = int(attrs.get("rowspan", 1))
            if self.span > 1:
                self.spans = [self.row[1][-1], self.span]
        elif tag == "br" and self.row and self.row[1]:
            self.row[1][-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in ("meta", "br"):
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            check("elements are nested: " + tag, False)
        if tag == "tr" and self.spans and self.row[0]:
            if self.row[1][-1] is not self.spans[0]:
                self.row[1].append(self.spans[0])
            self.spans[1] -= 1
            if self.spans[1] == 0:
                self.spans = []

    def handle_data(self, data):
        if not {"svg", "style", "title"} & set(self.open):
            self.text.append(data)
            if "td" in self.open:
                self.row[1][-1][-1] += data


def compare_text(name, tree, text):
    lines = {}
    for line in text.splitlines():
        found = re.match(r" {0,8}(\d+) [^ ] ([a-z-]+) ", line + " ")
        if found:
            lines[int(found[1])] = line
    actions = [f for k, f in tree if k == "action"]
    check(name + " numbers", sorted(lines) ==
          [int(a["number"]) for a in actions])
    for a in actions:
        line = lines.get(int(a["number"]), "")
        for key in ("verb", "entity", "bundle", "on", "type", "operation",
                    "label", "command"):
            if key in a and shown(a[key]) not in line:
                check("%s: %s %s" % (name, a["number"], key), False)
    absent = {v for kind, f in tree for k, v in f.items()
              if k in ("object", "class", "why", "old", "text", "name",
                       "undo", "undo-arguments", "string", "rdn", "time")
              and shown(v) not in text}
    check("%s lacks %s" % (name, sorted(absent)[:3]), not absent)


def short(value, tail):
    """As the page writes a name that ends like most."""
    return value[:-len(tail) - 1] + ",.." if tail and \
        value.endswith("," + tail) else value


def html_actions(page):
    """Of each action by number: its row's two cells and its entity."""
    found = {}
    for where, cells in page.rows:
        if not re.fullmatch(r"a\d+", where):
            continue
        numbers = [int(n) for n in cells[0][0].split("\u2013")]
        if numbers[0] != int(where[1:]):
            check("anchor " + where, False)
        for i in range(numbers[0], numbers[-1] + 1):
            found[i] = (" ".join(cells[1]), " ".join(cells[2]),
                        cells[2][i - numbers[0] if len(numbers) > 1 else 0])
    return found


def compare_html(name, tree, page):
    text = "".join(page.text)
    tail = re.search("at the end of a name stands for\\s\u201c,(.*)\u201d",
                     text)
    tail = tail and tail[1]
    actions = [f for k, f in tree if k == "action"]
    rows = html_actions(page)
    check(name + " numbers", list(rows) == [int(a["number"]) for a in actions])
    for a in actions:
        what, whom, entity = rows.get(int(a["number"]), ("", "", ""))
        for key, where in ("verb", what), ("bundle", what), ("on", whom), \
                ("type", whom), ("below", whom), ("entity", entity):
            if key in a and short(a[key], tail) not in where:
                check("%s: %s %s" % (name, a["number"], key), False)
    absent = {v for kind, f in tree for k, v in f.items()
              if (kind, k) != ("action", "number") and
              v not in text and short(v, tail) not in text}
    check("%s lacks %s" % (name, sorted(absent)[:3]), not absent)


def page_is_sound(name, html):
    page = Page()
    page.feed(html)
    names = {t for t, _ in page.tags}
    check(name + " is well-formed", ET.fromstring(
        re.sub("^<!DOCTYPE html>", "", html)) is not None)
    check(name + " has no script", "script" not in names)
    check(name + " asks for nothing", not re.search(
        r"(src|href)=.(?!#)|url\(|@import", html))
    check(name + " has landmarks", {"main", "header", "nav", "h1", "h2",
                                    "title"} <= names)
    check(name + " has a language", dict(page.tags)["html"].get("lang") == "en")
    return page


def has_html():
    return run("plan", CASES[1] + "/campaign.xml", "--format=html")[0] == 0


def one_case(case, html):
    campaign = case + "/campaign.xml"
    tree = list(nodes(json.loads(view(campaign, "json"))))
    with open("grammar/schema/plan.json") as f:
        schema = json.load(f)
    check(case + " is what plan.json describes", described(json.loads(
        view(campaign, "json")), schema, schema["definitions"]))
    steps_say_on_what(case, json.loads(view(campaign, "json")))
    sentence = tree[0][1]["summary"]
    check(case + " counts", int(tree[0][1]["action-count"]) ==
          sum(k == "action" for k, _ in tree))
    full = view(campaign, "txt", "--full")
    compare_text(case + " txt", tree, full)
    text = view(campaign, "md", "--max-bytes=100000000")
    here = [(k, f) for k, f in tree[1:] if f or k not in
            ("before", "after", "commit")]
    there = [(k, f) for k, f in markdown_nodes(text) if f or k not in
             ("before", "after", "commit")]
    check(case + " md", here == there)
    for form, out in ("txt", full), ("md", text):
        check("%s %s first and last" % (case, form), sentence ==
              out.splitlines()[0] == out.splitlines()[-1])
    for form in ["json", "md", "dot", "mmd"] + ["html"] * html:
        check(case + " twice " + form,
              view(campaign, form) == view(campaign, form))
        check(case + " sentence in " + form, sentence in view(campaign, form))
    for form in "dot", "mmd":
        compare_graph(case + " " + form, tree, view(campaign, form))
    if html:
        page = page_is_sound(case, view(campaign, "html"))
        compare_html(case + " html", tree, page)


def compare_graph(name, tree, text):
    """Each procedure with what a graph tells of it, in its level, in order."""
    at, level = 0, None
    unquoted = re.sub("#(\\d+);", lambda m: chr(int(m[1])),
                      text.replace("<br/>", "\\n"))
    for kind, facts in tree:
        if kind == "procedure":
            lines = [facts["name"].split("=", 1)[1],
                     facts["action-count"] + " action"]
            if facts["hosts-restarted"] != "0":
                lines.append(facts["hosts-restarted"] + " host")
            if "at-most" in facts:
                lines.append("at most " + facts["at-most"])
            if facts["level"] != level:
                lines.insert(0, "level " + facts["level"])
            level = facts["level"]
        elif kind == "service" and facts["state"] == "at risk":
            lines = ["at risk: " + facts["name"]]
        else:
            continue
        for line in lines:
            found = unquoted.find(line, at)
            if found < 0:
                check("%s: %s" % (name, line), False)
            at = max(at, found)
    check(name + " has procedures", at > 0)


def described(node, schema, definitions):
    """Are all members of the JSON known to its schema, and those there that
    it requires?"""
    schema = definitions[schema["$ref"].split("/")[-1]] if "$ref" in schema \
        else schema
    if schema["type"] == "array":
        return all(described(n, schema["items"], definitions) for n in node)
    if schema["type"] != "object":
        return isinstance(node, int if schema["type"] == "integer" else str)
    return set(schema["required"]) <= set(node) and all(
        k in schema["properties"] and (
            node[k] in schema["properties"][k]["enum"]
            if "enum" in schema["properties"][k] else
            "type" not in schema["properties"][k] and
            "$ref" not in schema["properties"][k] or
            described(node[k], schema["properties"][k], definitions))
        for k in node)


def steps_say_on_what(name, plan):
    """Each, or that it acts on nothing."""
    for p in plan["procedures"]:
        for s in p["steps"] if p["method"] == "single-step" else []:
            check("%s: %s says on what" % (name, p["name"]),
                  (s["deed"] == "acts on nothing") == ("entities" not in s))


def bounds():
    campaign = CASES[1] + "/campaign.xml"
    names = re.findall('"name": "(safSmfProc=[^"]*)"', view(campaign, "json"))
    out = view(campaign, "md", "--max-bytes=5000")
    check("md names all procedures", names and all(n in out for n in names))
    for size in 1000, 5000, 20000:
        out = view(campaign, "md", "--max-bytes=%d" % size)
        check("md of %d" % size, len(out.encode()) <= size and
              "Left out" in out and out.splitlines()[0] ==
              out.splitlines()[-1])
    out = view(campaign, "md")
    check("md has its waves at a glance", len(re.findall(
        r"^\| \d+ \| \d+ \| \d+ \| \d+ \|", out, re.M)) == 4)
    for word, form in ("text", "txt"), ("markdown", "md"), ("mermaid", "mmd"):
        check(word + " is " + form,
              view(campaign, word) == view(campaign, form))
    for bad in ("--max-bytes=9", "--max-bytes=x", "--format=pdf"):
        check(bad, run("plan", campaign, bad)[0] == 2)
    check("-o plan.pdf", run("plan", campaign, "-o", "plan.pdf")[0] == 2)


def secrets(html):
    """A password in the campaign is in no view of it."""
    with open(CASES[1] + "/campaign.xml") as f:
        text = f.read()
    new = re.sub("saPlmEetDefInstantiateTimeout(.*?)180000000000",
                 r"adminPassword\g<1>31337", text.replace(
                     "--release 4.3.6", "--release 4.3.6 --token=31337"),
                 flags=re.S)
    new = re.sub('(<create objectClassName="SaPlmEEType"[^>]*>)', r"""\1
          <attribute name="startedWith" type="SA_IMM_ATTR_SASTRINGT">
            <value>--release 1 --password=31337</value>
          </attribute>""", new)
    check("there are secrets", new.count("31337") > 7)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "campaign.xml")
        with open(path, "w") as f:
            f.write(new)
        for form in ["txt", "md", "json", "dot", "mmd"] + ["html"] * html:
            out = view(path, form, *["--full"] * (form == "txt"))
            check("no secret in " + form, "31337" not in out)
            check("secrets are told in " + form, form in ("dot", "mmd") or
                  out.count("(secret)") > 3)


def coloured(*arguments, terminal=False, **env):
    """Does the plan have escapes, on a terminal or in a pipe?"""
    ours, theirs = pty.openpty() if terminal else os.pipe()
    env = dict({k: v for k, v in os.environ.items() if k not in (
        "NO_COLOR", "CLICOLOR_FORCE")}, **dict({"TERM": "xterm"}, **env))
    child = subprocess.Popen([CAMPGEN, "plan", CASES[0] + "/campaign.xml",
                              "--summary", *arguments], stdout=theirs, env=env)
    os.close(theirs)
    out = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the terminal is gone
            break
        if not part:
            break
        out += part
    os.close(ours)
    check("colour %s" % (arguments,), child.wait() == 0 and b"plan: " in out)
    return b"\x1b" in out


def colours_of_a_terminal():
    check("a terminal has colours", coloured(terminal=True))
    check("NO_COLOR", not coloured(terminal=True, NO_COLOR="1"))
    check("an empty NO_COLOR", coloured(terminal=True, NO_COLOR=""))
    check("TERM=dumb", not coloured(terminal=True, TERM="dumb"))
    check("--color=never", not coloured("--color=never", terminal=True))


def colours():
    check("a pipe has none", not coloured())
    check("CLICOLOR_FORCE", coloured(CLICOLOR_FORCE="1"))
    check("--color=always", coloured("--color=always", NO_COLOR="1"))
    if not has_terminal():
        tally.skip("colours of a terminal", "none is here")
        return
    colours_of_a_terminal()


def files(html):
    forms = ["txt", "md", "json", "dot", "mmd"] + ["html"] * html
    pair = [CASES[0] + "/source.yaml", CASES[0] + "/target.yaml"]
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "campaign.xml")
        plans = [os.path.join(folder, "plan." + f) for f in forms]
        status, _, err = run(*pair, "-o", out, "--severity=error",
                             *["--plan=" + p for p in plans])
        check("several plans: %s" % err, status == 0)
        for form, path in zip(forms, plans):
            with open(path) as f:
                check("--plan." + form, f.read() == view(out, form))
        status, _, _ = run(*pair, "-o", out + "2", "--plan=" + plans[0],
                           "--plan=" + plans[0])
        check("one plan twice", status == 2 and
              not os.path.exists(out + "2"))


os.chdir(TOP)
if os.environ.get("T", "") in "views":
    HTML = has_html()
    for c in CASES:
        one_case(c, HTML)
    bounds()
    colours()
    secrets(HTML)
    files(HTML)
sys.exit(tally.end())
