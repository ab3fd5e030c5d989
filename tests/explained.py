#!/usr/bin/env python3
"""The examples of campgen explain: each is a change of the input of a case
golden/bad-CODE. Before the change the case gives the code, after it it does
not, nor any error. Those that no file can show (TOLD) are only there to read."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

from suite import Tally

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
# What takes a second process, another version, or a mistake of the program.
TOLD = {"J005", "J007", "J013", "M054", "P007", "R004", "R010", "R011"}
tally = Tally("explained/")


def verdict(name, why):
    tally.check(name, why is None, why)


def read_examples():
    """code -> (told, [(files or None, lines)]), one entry for each hunk."""
    found, code, files = {}, None, None
    with open(os.path.join(TOP, "compiler/examples.txt")) as f:
        for line in f.read().split("\n"):
            if line.startswith("@"):
                code, files = line[1:5], None
                assert code not in found, code
                found[code] = (line.endswith(" told"), [])
                found[code][1].append((None, []))
            elif code is None or line == "":
                continue
            elif line.startswith("= "):
                files = line[2:].split(", ")
                found[code][1].append((files, []))
            elif line == "...":
                found[code][1].append((files, []))
            else:
                assert line[0] in " -+", (code, line)
                found[code][1][-1][1].append(line)
    return {c: (told, [h for h in hunks if h[1]])
            for c, (told, hunks) in found.items()}


def matches(wanted, line):
    parts = [re.escape(p) for p in wanted.strip().split("...")]
    return re.fullmatch(".*".join(parts), line.strip())


def apply(hunk, lines):
    """The lines with the hunk's right ones in place of its wrong ones, or
    None. Indentation is the file's."""
    wrong = [h for h in hunk if h[0] != "+"]
    if not wrong:
        return [h[1:] for h in hunk]
    for at in range(len(lines) - len(wrong) + 1):
        if all(matches(w[1:], lines[at + i]) for i, w in enumerate(wrong)):
            break
    else:
        return None
    have = len(lines[at]) - len(lines[at].lstrip())
    shown = len(wrong[0]) - 1 - len(wrong[0][1:].lstrip())
    out, taken = [], at
    for h in hunk:
        if h[0] == "+":
            out.append(" " * max(0, have - shown) + h[1:])
        else:
            if h[0] == " ":
                out.append(lines[taken])
            taken += 1
    return lines[:at] + out + lines[taken:]


def change(folder, hunks):
    """Carries out all hunks in the folder; what is wrong, or None."""
    for files, hunk in hunks:
        names = files or sorted(n for n in os.listdir(folder)
                                if not n.startswith("expect"))
        done = 0
        for name in names:
            path = os.path.join(folder, name)
            lines = []
            if os.path.exists(path):
                with open(path, errors="surrogateescape") as f:
                    lines = f.read().split("\n")
            elif any(h[0] != "+" for h in hunk):
                continue
            new = apply(hunk, lines)
            if new is None:
                continue
            with open(path, "w", errors="surrogateescape") as f:
                f.write("\n".join(new) + "\n")
            done += 1
            if files is None:
                break
        if done != len(files or [1]):
            return "no such lines: " + "|".join(hunk)
    return None


def codes(folder):
    """The codes that the case's command gives, and those of errors."""
    env = dict(os.environ, PATH=BUILD + ":" + os.environ["PATH"],
               LC_ALL="C", TZ="UTC")
    done = subprocess.run(["sh", "./cmd"], cwd=folder, env=env, timeout=60,
                          stdin=subprocess.DEVNULL, capture_output=True)
    text = (done.stdout + done.stderr).decode(errors="replace")
    found = re.findall(r"(note|warning|error)\[([A-Z]\d{3})\]:", text)
    return {c for _, c in found}, {c for level, c in found
                                   if level == "error"}


def try_case(case, code, hunks):
    with tempfile.TemporaryDirectory() as tmp:
        bad, good = os.path.join(tmp, "bad"), os.path.join(tmp, "good")
        shutil.copytree(case, bad)
        shutil.copytree(case, good)
        why = change(good, hunks)
        if why:
            return why
        if code not in codes(bad)[0]:
            return "the wrong one does not give it"
        left, errors = codes(good)
        if code in left:
            return "the right one gives it too"
        if errors:
            return "the right one has errors: %s" % sorted(errors)
    return None


def main():
    examples = read_examples()
    with open(os.path.join(TOP, "grammar/diag.def")) as f:
        table = re.findall(r"^DIAG\(([A-Z]\d{3}),", f.read(), re.M)
    for code in table:
        if not tally.wants(code):
            continue
        if code not in examples:
            verdict(code, "has no example")
            continue
        told, hunks = examples[code]
        out = subprocess.run([os.path.join(BUILD, "campgen"), "explain", code],
                             capture_output=True, text=True).stdout
        if "\n  Wrong:\n" not in out or "\n  Right:\n" not in out:
            verdict(code, "campgen explain shows no example")
        elif told:
            verdict(code, None if code in TOLD else "is told, not tried")
        else:
            cases = [os.path.join(TOP, "tests/golden/bad-" + code)]
            cases += sorted(glob.glob(cases[0] + "-*"))
            why = []
            for case in filter(os.path.isdir, cases):
                why.append(try_case(case, code, hunks))
                if why[-1] is None:
                    break
            verdict(code, None if None in why else
                    "; ".join(why) or "has no case")
    for code in sorted(set(examples) - set(table)):
        verdict(code, "there is no such code")
    return tally.end()


sys.exit(main())
