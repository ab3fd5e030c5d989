#!/usr/bin/env python3
"""The page of a plan is one that everybody can read (U5): well-formed, without
scripts or anything from elsewhere, with landmarks, headings in order, named
pictures, and colours that can be told from their background in light and dark;
small at 10,000 actions; the same pictures without styles. Where Chromium is
installed it is asked for errors and for what sticks out at the width of a
phone."""
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from types import SimpleNamespace

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CAMPGEN = os.path.join(TOP, os.environ.get("BUILD", "build"), "campgen")
sys.path.insert(0, os.path.join(TOP, "tests", "prop"))
import gen_fleet  # noqa: E402
from suite import Tally  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"
CASES = ["examples/01-two-hosts", "examples/03-media-cluster",
         "examples/04-amf-cluster", "examples/06-advise",
         "examples/07-morph",
         "tests/golden/plan-steps",
         "tests/golden/plan-waves"]
BYTES, ACTIONS = 200, 10000
tally = Tally("page/")
check = tally.check


def page_of(campaign):
    done = subprocess.run([CAMPGEN, "plan", campaign, "--format=html"],
                          capture_output=True)
    check("%s: %s" % (campaign, done.stderr), done.returncode == 0)
    return done.stdout.decode()


def parse(html):
    return ET.fromstring(re.sub("^<!DOCTYPE html>", "", html))


# --- colours ---

def luminance(colour):
    part = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)] \
        if len(colour) == 7 else [int(c * 2, 16) / 255 for c in colour[1:]]
    part = [c / 12.92 if c <= .04045 else ((c + .055) / 1.055) ** 2.4
            for c in part]
    return .2126 * part[0] + .7152 * part[1] + .0722 * part[2]


def contrast(a, b):
    a, b = sorted((luminance(a), luminance(b)), reverse=True)
    return (a + .05) / (b + .05)


def schemes(css):
    light, dark = [dict(re.findall(r"--([a-z0-9]+): *(#[0-9a-f]+)", part))
                   for part in re.findall(r":root \{(.*?)\}", css, re.S)]
    return light, dict(light, **dark)


def colours(html):
    css = re.search("<style>(.*?)</style>", html, re.S)[1]
    light, dark = schemes(css)
    check("dark has colours of its own", all(light[k] != dark[k]
                                             for k in light))
    for name, scheme in ("light", light), ("dark", dark):
        grounds = [k for k in scheme if re.match("t[0-9]|paper|tile", k)]
        check(name + " has grounds", len(grounds) >= 8)
        for ground in grounds:
            for ink in ["ink"] + ["soft", "link", "warn"] * (
                    ground in ("paper", "tile")):
                ratio = contrast(scheme[ink], scheme[ground])
                check("%s: %s on %s is %.1f" % (name, ink, ground, ratio),
                      ratio >= 4.5)
    for colour in set(re.findall('fill="(#[0-9a-f]+)"', html)):
        check("without styles: black on %s" % colour,
              contrast("#000000", colour) >= 4.5)
        check("%s is the light colour" % colour, colour in light.values())


# --- what the pictures say ---

WORDS = {"is new": "new", "removes": "removed", "modifies": "changes",
         "acts on": "restarts", "adds": "new"}


def outermost(name):
    """The EE that an EE stands in by its name, itself if in none."""
    parts = re.split(r"(?<!\\\\),", name)
    while len(parts) > 1 and parts[1].startswith("safEE="):
        parts.pop(0)
    return ",".join(parts)


def held(plan):
    """Where each virtual machine is meanwhile: what is written first."""
    found = {}
    for part in [plan["before"]] + plan.get("procedures", []):
        for change in [c for a in part.get("actions", [])
                       for c in a.get("changes", []) if "vm" in c]:
            for a in change.get("attributes", []):
                if a["name"] == "saPlmDepNames" and len(a["values"]) == 1:
                    found.setdefault(change["vm"], a["values"][0])
    return found


def touched(plan):
    """(wave, host): how many are new, changed, removed, restarted."""
    where, cells, levels = held(plan), {}, []

    def touch(host, word):
        cell = cells.setdefault((len(levels), outermost(host)), {})
        cell[word] = cell.get(word, 0) + 1

    for procedure in plan.get("procedures", []):
        if procedure["level"] not in levels:
            levels.append(procedure["level"])
        for step in procedure.get("steps", []):
            names = {}
            for e in step.get("entities", []):
                if e["what"] != "entity" and (
                        step["deed"] != "removes" or e["role"] == "goes down"):
                    names[e["name"]] = WORDS.get(e["role"],
                                                 WORDS[step["deed"]])
            for name, word in names.items():
                touch(where.get(name, name), word)
        for m in procedure.get("morphs", []):
            touch(m.get("to", m.get("on", m["name"])), "morphs")
    return cells


ORDER = ["not touched", "kept up", "fewer units", "degraded", "no spare left",
         "may go down", "down"]
STATES = {"reduced": "fewer units", "degraded": "degraded", "down": "down",
          "at risk": "may go down", "kept up": "kept up"}


def fare(plan):
    """(wave, service): the worst that is said of it."""
    found, levels = {}, []
    for procedure in plan.get("procedures", []):
        if procedure["level"] not in levels:
            levels.append(procedure["level"])
        said = [(s["name"], STATES[s["state"]])
                for s in procedure.get("services", [])]
        for risk in procedure.get("risks", []):
            word = STATES[risk["state"]]
            if word != "down" and ("failures" in risk or
                                   "any-failure" in risk):
                word = "no spare left"
            said += [(x["name"], word) for x in risk.get("members", []) +
                     risk.get("dependents", [])]
        for name, word in said:
            key = len(levels), name
            found[key] = max(found.get(key, word), word, key=ORDER.index)
    return found


def strips_tell(name, plan, root):
    section, want = root.find(".//section[@id='services']"), fare(plan)
    services = {service for _, service in want}
    check(name + " draws services if it knows of some",
          (section is not None) == bool(want))
    if section is None:
        return
    titles = [t.text for t in section.iter(SVG + "title")]
    if len(services) > 40:  # counted: one word after the other
        waves = 1 + max(wave for wave, _ in want)
        counts = {}
        for (wave, _), word in want.items():
            counts.setdefault(word, []).append(wave)
        told = [re.fullmatch(r"(\d+) (.*)", t) for t in titles]
        check(name + " counts services", all(sum(
            int(t[1]) for t in told if t and t[2] == word) == len(found)
            for word, found in counts.items()) and waves > 1)
        return
    drawn = {}
    for title in titles:
        piece = re.fullmatch(r"wave (\d+), (.*): ([^:]*)", title)
        if piece and piece[3] != "not touched":
            drawn[int(piece[1]), piece[2]] = piece[3]
    check("%s: how services fare: %s" % (name, [
        (k, want.get(k), drawn.get(k)) for k in sorted(want.keys() |
        drawn.keys()) if want.get(k) != drawn.get(k)][:2]), drawn == want)


def morphs_are_told(name, plan, root):
    """Which machine, in which wave, on which host: in the table and in the
    pictures, and no column of them where there are none."""
    table = root.find(".//section[@id='stakes']//table")
    heads = ["".join(h.itertext()) for h in table.findall("./thead//th")]
    levels = sorted({p["level"] for p in plan["procedures"]})
    check(name + " has a column if machines morph",
          ("VMs morphed" in heads) == ("vms-morphed" in plan))
    if "vms-morphed" not in plan:
        return
    at = heads.index("VMs morphed")
    told = [int("".join(list(r)[at].itertext()))
            for r in table.findall("./tbody/tr")]
    want = [sum(len(p.get("morphs", [])) for p in plan["procedures"]
                if p["level"] == level) for level in levels]
    check("%s: %s morph, the table has %s" % (name, want, told), told == want
          and sum(told) == plan["vms-morphed"] > 0)
    drawn = [t.text for t in root.findall(
        ".//section[@id='topology']//" + SVG + "title")]
    for m in [m for p in plan["procedures"] for m in p.get("morphs", [])]:
        check("%s: %s is drawn before and after" % (name, m["name"]),
              drawn.count(m["name"]) == 2)
        check("%s: %s is known to stand somewhere" % (name, m["name"]),
              "on" in m)


def pictures_tell(name, campaign, html):
    done = subprocess.run([CAMPGEN, "plan", campaign, "--format=json"],
                          capture_output=True, check=True)
    plan = json.loads(done.stdout)
    drawn = {}
    strips_tell(name, plan, parse(html))
    morphs_are_told(name, plan, parse(html))
    section = parse(html).find(".//section[@id='when']")
    for title in section.iter(SVG + "title"):
        cell = re.fullmatch(r"wave (\d+), (.*): ([^:]*)", title.text)
        if cell:
            drawn[int(cell[1]), cell[2]] = {
                word: int(n) for n, word in
                re.findall(r"(\d+) (\w+)", cell[3])}
    want = touched(plan)
    check("%s: what happens where, when: %s" % (name, [
        (k, want.get(k), drawn.get(k)) for k in sorted(want.keys() |
        drawn.keys()) if want.get(k) != drawn.get(k)][:2]),
        drawn == want and drawn)


# --- one page ---

def headings(name, root):
    level = 0
    for e in root.iter():
        found = re.fullmatch("h([1-6])", e.tag)
        if found:
            check("%s: heading %s" % (name, "".join(e.itertext())),
                  int(found[1]) <= level + 1)
            level = int(found[1])
    check(name + " has one h1", len(root.findall(".//h1")) == 1)


def asks_for_nothing(name, html, root):
    check(name + " has no script", not re.search(r"<script|\son[a-z]+=",
                                                 html))
    check(name + " asks for nothing", not re.search(
        r"\ssrc=|\shref=.(?!#)|url\(|@import|<link|<object|<embed|<iframe",
        html))
    policy = [m.get("content") for m in root.iter("meta")
              if m.get("http-equiv") == "Content-Security-Policy"]
    style = re.search("<style>(.*?)</style>", html, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest())
    check(name + " forbids all but its style, sha256-" + digest.decode(),
          policy == ["default-src 'none'; style-src 'sha256-%s'" %
                     digest.decode()])


def pictures(name, root):
    ids = {e.get("id"): "".join(e.itertext()).strip()
           for e in root.iter() if e.get("id")}
    for svg in root.iter(SVG + "svg"):
        check(name + ": a picture says that it is one",
              svg.get("role") == "img")
        check(name + ": a picture is named and described", all(
            ids.get(i) for i in svg.get("aria-labelledby", "none").split()))
        width, height = map(int, svg.get("viewBox").split()[2:])
        for box in svg.iter(SVG + "rect"):
            x, y, w, h = (int(box.get(k)) for k in
                          ("x", "y", "width", "height"))
            if x + w > width or y + h > height or not box.get("fill"):
                check("%s: a box sticks out: %s" % (name, box.attrib), False)
        for text in svg.iter(SVG + "text"):
            if not (0 <= int(text.get("x")) <= width and
                    0 < int(text.get("y")) <= height):
                check("%s: words stick out: %s" % (name, text.text), False)
    check(name + " has pictures", root.find(".//" + SVG + "svg") is not None)


def actions_say_on_what(name, root):
    """Rows that share a cell with one above have none of their own."""
    rows = [r for r in root.iter("tr") if re.match(r"a\d+$", r.get("id", ""))]
    check(name + " has actions", rows)
    for r in rows:
        cells = ["".join(c.itertext()).strip() for c in r.iter("td")]
        if not all(cells):
            check("%s: %s says nothing" % (name, r.get("id")), False)


def one_page(name, html):
    root = parse(html)
    check(name + " has a language", root.get("lang") == "en")
    check(name + " fits phones", 'name="viewport"' in html)
    for tag in "header", "nav", "main", "footer", "title":
        check(name + " has one " + tag, len([
            e for e in root.iter() if e.tag == tag]) == 1)
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    check(name + " has each anchor once", len(ids) == len(set(ids)))
    links = [a.get("href")[1:] for a in root.iter("a")]
    check(name + " has links that lead somewhere", links and
          set(links) <= set(ids))
    check(name + " has heads of tables", all(
        t.find("./thead//th[@scope='col']") is not None
        for t in root.iter("table")))
    check(name + " lets keys scroll", all(
        e.get("tabindex") == "0" and e.get("aria-label")
        for e in root.iter() if e.get("class") == "scroll"))
    headings(name, root)
    actions_say_on_what(name, root)
    asks_for_nothing(name, html, root)
    pictures(name, root)
    colours(html)


def fleet(folder, hosts, vms):
    gen_fleet.generate(SimpleNamespace(
        hosts=hosts, vms=vms, redundancy=2, sponsors=3, seed=1, add=2,
        remove=2, stay=50, home_first=True, room=vms + 4, outdir=folder))
    out = os.path.join(folder, "campaign.xml")
    subprocess.run([CAMPGEN, folder + "/source.xml", folder + "/target.xml",
                    "-p", folder + "/policy.yaml", "--schedule=waves",
                    "-o", out, "--severity=error"], check=True,
                   capture_output=True)
    return out


def migrations_are_folded(html):
    """Before the first procedure: a sentence, with all of them behind it."""
    before = html[html.index('<section id="before">'):
                  html.index('<section id="procedures">')]
    fold = re.search(r"<details><summary>(\d+)\u2013(\d+): (\d+) migrations, "
                     r"away from \d+ monitors, to \d+; .*?</details>",
                     before, re.S)
    check("migrations are folded", fold)
    if fold:
        first, last, count = (int(fold[i]) for i in (1, 2, 3))
        check("%d migrations from %d to %d" % (count, first, last),
              count == last - first + 1 > 12)
        outside = before.replace(fold[0], "")
        check("no migration outside the fold", "migrate" not in outside)


def large(folder):
    campaign = fleet(folder, 300, 4)
    html = page_of(campaign)
    actions = int(re.search(r"<title>plan: .*?(\d+) actions", html)[1])
    check("the large plan is large: %d" % actions, actions >= ACTIONS)
    size = len(html.encode())
    check("%d actions in %d bytes" % (actions, size), size < BYTES * actions)
    one_page("large", html)
    migrations_are_folded(html)
    pictures_tell("large", campaign, html)
    return html


# --- in a browser ---

def chromium(folder, page, *options):
    """What it says on standard output and on standard error."""
    done = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
         "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update",
         "--enable-logging=stderr", "--user-data-dir=" +
         os.path.join(folder, "profile"), *options, "file://" + page],
        capture_output=True, timeout=120)
    return done.stdout.decode(), done.stderr.decode()


def browse(folder, name, html):
    """No error, and at 390 pixels nothing is wider than the window: asked by
    a script in a copy of the page."""
    page = os.path.join(folder, name.replace("/", "-") + ".html")
    with open(page, "w") as f:
        f.write(html)
    _, log = chromium(folder, page, "--dump-dom")
    check("%s: console: %s" % (name, re.findall("CONSOLE.*", log)[:2]),
          "CONSOLE" not in log)
    asked = re.sub("<meta http-equiv[^>]*>", "", html).replace(
        "</body>", "<script>document.title = innerWidth + ' ' + "
        "document.documentElement.scrollWidth</script></body>")
    with open(page, "w") as f:
        f.write(asked)
    dom, _ = chromium(folder, page, "--dump-dom", "--window-size=390,800")
    widths = re.search(r"<title>(\d+) (\d+)</title>", dom)
    check(name + " was laid out", widths)
    if widths:
        check("%s: %s pixels in a window of %s" % (name, widths[2],
                                                   widths[1]),
              int(widths[2]) <= int(widths[1]) <= 500)


os.chdir(TOP)
if os.environ.get("T", "") in "page":
    with tempfile.TemporaryDirectory() as tmp:
        pages = {case: page_of(case + "/campaign.xml") for case in CASES}
        for case, text in pages.items():
            one_page(case, text)
            pictures_tell(case, case + "/campaign.xml", text)
        pages["large"] = large(os.path.join(tmp, "fleet"))
        if shutil.which("chromium"):
            for case in CASES[1], CASES[4], "large":
                browse(tmp, case, pages[case])
        else:
            tally.skip("pages in a browser", "no chromium", 3)
sys.exit(tally.end())
