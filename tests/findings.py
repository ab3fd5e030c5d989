#!/usr/bin/env python3
"""Findings as pipelines read them: every format by a parser that is not ours.
JSON by json, SARIF against what its standard demands of the parts we write,
JUnit by ElementTree, workflow commands as the runner takes them apart, and the
lines of compilers by the expression that editors use. All say the same. The
recipes in examples/ci are YAML, and call what there is."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

from suite import Tally

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
FORMATS = ["json", "sarif", "junit", "github", "gcc"]
CASES = {"bad-M042": "model.xml", "bad-M012": "model.xml",
         "bad-M060": "model.yaml", "bad-S104": "model.yaml",
         "bad-M083": "model.yaml", "lint-allowed": "model.yaml",
         "bad-S005": "model.xml"}
WORD = {"notice": "note", "warning": "warning", "error": "error"}
tally = Tally("findings/")
check = tally.check


def lint(folder, model, *options):
    policy = ["-p", "policy.yaml"] if os.path.exists(
        os.path.join(folder, "policy.yaml")) else []
    done = subprocess.run(
        [os.path.join(BUILD, "campgen"), "lint", "--today=2027-01-31",
         *policy, *options, model], cwd=folder, capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


# What SARIF 2.1.0 demands of the parts that are written here: the type of
# each member, those that must be there (a "!"), and no others.
MESSAGE = {"text!": str}
REGION = {"startLine!": int, "startColumn": int, "endLine": int,
          "endColumn": int}
PHYSICAL = {"artifactLocation!": {"uri!": str}, "region": REGION}
LOCATION = {"physicalLocation": PHYSICAL, "message": MESSAGE,
            "logicalLocations": [{"kind": str, "fullyQualifiedName": str}]}
RULE = {"id!": str, "name": str, "shortDescription": MESSAGE,
        "fullDescription": MESSAGE, "help": MESSAGE,
        "defaultConfiguration": {"level": {"note", "warning", "error"}}}
RESULT = {"ruleId": str, "ruleIndex": int, "message!": MESSAGE,
          "level": {"note", "warning", "error"}, "locations": [LOCATION],
          "relatedLocations": [LOCATION],
          "partialFingerprints": {"*": str},
          "suppressions": [{"kind!": {"inSource", "external"},
                            "status": {"accepted"}, "justification": str}]}
SARIF = {"$schema": str, "version!": {"2.1.0"}, "runs!": [{
    "tool!": {"driver!": {"name!": str, "version": str, "rules": [RULE]}},
    "invocations": [{"executionSuccessful!": bool,
                     "toolExecutionNotifications": [
                         {"level": {"note", "error"}, "message!": MESSAGE}]}],
    "columnKind": {"unicodeCodePoints", "utf16CodeUnits"},
    "results": [RESULT]}]}


def fits(value, shape, at="$"):
    """What is not as the shape says, or None."""
    if isinstance(shape, type):
        good = isinstance(value, shape) and (shape is bool or
                                             not isinstance(value, bool))
        return None if good else "%s is %r" % (at, value)
    if isinstance(shape, set):
        return None if value in shape else "%s is %r" % (at, value)
    if isinstance(shape, list):
        if not isinstance(value, list):
            return "%s is no list" % at
        found = (fits(v, shape[0], "%s[%d]" % (at, i))
                 for i, v in enumerate(value))
        return next((f for f in found if f), None)
    if not isinstance(value, dict):
        return "%s is no object" % at
    for key in shape:
        if key.endswith("!") and key[:-1] not in value:
            return "%s has no %s" % (at, key[:-1])
    for key, v in value.items():
        its = shape.get(key, shape.get(key + "!", shape.get("*")))
        if its is None:
            return "%s has %s" % (at, key)
        why = fits(v, its, at + "." + key)
        if why:
            return why
    return None


def of_json(text):
    return [(f["file"], f["line"], f["severity"], f["code"], f["message"])
            for f in map(json.loads, text.splitlines())]


def results(text):
    return json.loads(text)["runs"][0]["results"]


def of_sarif(text):
    found = []
    for r in results(text):
        if "suppressions" in r:
            continue
        place = r["locations"][0]["physicalLocation"]
        found.append((place["artifactLocation"]["uri"],
                      place.get("region", {}).get("startLine"),
                      r["level"], r["ruleId"], r["message"]["text"]))
    return found


def of_junit(text):
    root = ET.fromstring(text)
    found = []
    for case in root.iter("testcase"):
        body = case.find("failure")
        if body is None:
            body = case.find("system-out")
        if body is None:
            continue
        m = re.match(r"([^:]+)(?::(\d+):\d+)?: (\w+)\[(\w+)\]: (.*)",
                     body.text)
        found.append((m[1], m[2] and int(m[2]), m[3], m[4], m[5]))
    suite = root.find("testsuite")
    assert int(suite.get("tests")) == len(root.findall(".//testcase"))
    assert int(suite.get("failures")) == len(root.findall(".//failure"))
    return found


def unescape(s, prop):
    for code, char in (("%3A", ":"), ("%2C", ",")) if prop else ():
        s = s.replace(code, char)
    return s.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")


def of_github(text):
    found = []
    for line in text.splitlines():
        m = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
        props = dict(p.split("=", 1) for p in m[2].split(","))
        props = {k: unescape(v, True) for k, v in props.items()}
        message = unescape(m[3], False).split("\n")[0]
        found.append((props["file"], int(props["line"]) if "line" in props
                      else None, WORD[m[1]], props["title"][:4], message))
    return found


def of_gcc(text):
    # The problem matcher of editors, with a code behind the message.
    line = re.compile(r"(.*?)(?::(\d+):(\d+))?: (warning|error|note): "
                      r"(.*?)(?: \[([A-Z]\d{3})\])?")
    found = []
    for m in map(line.fullmatch, text.splitlines()):
        if m[6]:
            found.append((m[1], m[2] and int(m[2]), m[4], m[6], m[5]))
    return found


def all_agree(case, model):
    folder = os.path.join(TOP, "tests/golden", case)
    out, status = {}, set()
    for form in FORMATS:
        code, out[form], err = lint(folder, model, "--diag=" + form)
        status.add(code)
        check(case + "-quiet-" + form, err == "", err)
    check(case + "-status", len(status) == 1, status)
    want = sorted(of_json(out["json"]), key=str)
    check(case + "-some", len(want) > 0)
    for form, read in (("sarif", of_sarif), ("junit", of_junit),
                       ("github", of_github), ("gcc", of_gcc)):
        got = sorted(read(out[form]), key=str)
        check("%s-%s" % (case, form), got == want, "%s\n%s" % (got, want))
    why = fits(json.loads(out["sarif"]), SARIF)
    check(case + "-shape", why is None, why)
    run = json.loads(out["sarif"])["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    poor = [r["id"] for r in rules if not (
        r.get("name") and r.get("fullDescription", {}).get("text") and
        "Wrong:" in r.get("help", {}).get("text", ""))]
    check(case + "-rules", not poor, poor)
    for r in run["results"]:
        check(case + "-index", rules[r["ruleIndex"]]["id"] == r["ruleId"])


def missing_is_told(case, model):
    """A report that lacks the findings of a file says so."""
    folder = os.path.join(TOP, "tests/golden", case)
    code, text, err = lint(folder, model, "--diag=sarif", "nowhere.xml")
    run = json.loads(text)["runs"][0]
    told = run["invocations"][0]
    check("missing-sarif", code == 3 and not told["executionSuccessful"] and
          told["toolExecutionNotifications"][0]["level"] == "error", told)
    check("missing-shape", fits(json.loads(text), SARIF) is None)
    check("missing-named", "nowhere.xml" in err, err)
    code, text, err = lint(folder, model, "--diag=junit", "nowhere.xml")
    of_junit(text)
    suite = ET.fromstring(text).find("testsuite")
    check("missing-junit", code == 3 and suite.get("errors") == "1" and
          len(suite.findall(".//error")) == 1, text)
    text = lint(folder, model, "--diag=junit")[1]
    check("nothing-missing", ' errors="0"' in text and "<error" not in text,
          text)


def fingerprints(text):
    return sorted(tuple(r["partialFingerprints"].items())
                  for r in results(text))


def lines_may_move(case, model):
    with tempfile.TemporaryDirectory() as tmp:
        folder = os.path.join(tmp, case)
        shutil.copytree(os.path.join(TOP, "tests/golden", case), folder)
        before = lint(folder, model, "--diag=sarif")[1]
        path = os.path.join(folder, model)
        with open(path) as f:
            text = f.read()
        with open(path, "w") as f:
            f.write(text.replace("<object ", "\n\n<object ") if
                    model.endswith(".xml") else "\n\n# moved\n" + text)
        after = lint(folder, model, "--diag=sarif")[1]
        check(case + "-moved", before != after)
        check(case + "-fingerprint", fingerprints(before) ==
              fingerprints(after))
        check(case + "-distinct", len(set(fingerprints(before))) ==
              len(fingerprints(before)))


def shown_is_not_failing():
    """--severity says what is shown, --fail-on what fails."""
    folder = os.path.join(TOP, "tests/golden/bad-M082")
    for shown in "error", "warning", "note":
        for fail, want in ("error", 0), ("warning", 1), ("note", 1):
            status, out, _ = lint(folder, "model.yaml", "--diag=gcc",
                                  "--severity=" + shown, "--fail-on=" + fail)
            name = "severity-%s-%s" % (shown, fail)
            check(name, status == want, status)
            check(name, out.count("\n") == {"error": 0, "warning": 1,
                                            "note": 2}[shown], out)
    folder = os.path.join(TOP, "tests/golden/bad-M059")
    for fail, want in ("warning", 0), ("note", 1):
        check("fail-on-note-" + fail, lint(
            folder, "model.xml", "--fail-on=" + fail)[0] == want)


def commands_of(node):
    """The lines that begin with campgen or camprun, anywhere in a recipe."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        return [c for n in node for c in commands_of(n)]
    return re.findall(r"^\s*(?:sh ')?(camp(?:gen|run) .*?)'?$",
                      str(node).replace("\\\n", " "), re.M)


def recipes():
    folder = os.path.join(TOP, "examples/ci")
    commands = []
    try:
        import yaml
    except ImportError:
        yaml = None
    for name in "github.yml", "gitlab.yml", "Jenkinsfile":
        with open(os.path.join(folder, name)) as f:
            text = f.read()
        if name == "Jenkinsfile":
            check("ci-" + name, text.count("{") == text.count("}"))
            commands += commands_of(text)
        elif yaml is not None:
            node = yaml.safe_load(text)
            check("ci-" + name, isinstance(node, dict))
            commands += commands_of(node)
        else:
            commands += commands_of(text)
    check("ci-commands", len(commands) >= 6, commands)
    with tempfile.TemporaryDirectory() as tmp:
        for name in "source.yaml", "target.yaml":
            shutil.copy(os.path.join(TOP, "examples/01-two-hosts", name), tmp)
        with open(os.path.join(tmp, "policy.yaml"), "w") as f:
            f.write("lint:\n- {allow: M051, reason: all VMs migrate}\n")
        env = dict(os.environ, PATH=BUILD + ":" + os.environ["PATH"],
                   GITHUB_STEP_SUMMARY="summary.md")
        for command in commands:
            done = subprocess.run(["sh", "-c", command], cwd=tmp, env=env,
                                  capture_output=True, text=True)
            check("ci: " + command, done.returncode == 0,
                  done.stdout + done.stderr)


for one, its_model in CASES.items():
    all_agree(one, its_model)
for one in "bad-M042", "bad-M012", "bad-M083", "lint-allowed":
    lines_may_move(one, CASES[one])
    missing_is_told(one, CASES[one])
shown_is_not_failing()
recipes()
sys.exit(tally.end())
