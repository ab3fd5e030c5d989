#!/usr/bin/env python3
"""What people complain of in planners and in what carries plans out, a test
for each: the plan is a wall of text, its order is not that of execution, it
does not say why, how long, or how far; it is stale or applied twice; what
failed cannot be gone on with; an interrupt is mute; drift is noise; a comment
is too long; machines are told less than people; what fails is what is shown; a
dry run lies (X4, U3, U6, T15)."""
import fcntl
import json
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from types import SimpleNamespace

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "tests", "prop"))
import gen_fleet  # noqa: E402
from suite import Tally  # noqa: E402

BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
STORY = os.path.join(TOP, "examples", "03-media-cluster")
LIMIT = 120  # seconds, for what should take few
tally = Tally("complaints/")
check = tally.check


def run(folder, program, *arguments):
    """Status, standard output, standard error."""
    done = subprocess.run([os.path.join(BUILD, program), *arguments],
                          cwd=folder, capture_output=True, timeout=LIMIT,
                          stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def begin(*more):
    """The words of a run in a folder that has the story."""
    return ["camprun", "run", "campaign.xml", "--source", "source.xml",
            "--state", "run", "--driver=sim", *more]


def plan(folder, *options):
    status, out, err = run(folder, "campgen", "plan", *options, "campaign.xml")
    check("a plan is always shown", status == 0, err)
    return out


def fleet(folder, hosts, *options):
    gen_fleet.generate(SimpleNamespace(
        hosts=hosts, vms=2, redundancy=2, sponsors=3, seed=1, add=2, remove=2,
        stay=50, home_first=True, room=6, outdir=folder))
    status, _, err = run(folder, "campgen", "source.xml", "target.xml", "-p",
                         "policy.yaml", "-o", "campaign.xml",
                         "--severity=error", *options)
    check("a fleet of %d compiles" % hosts, status == 0, err)
    return folder


# --- before ---

def a_wall_of_text(folder, fleets):
    """Forty lines whatever the size; else at most a line an action."""
    for name, at in fleets:
        summary = plan(at, "--summary").splitlines()
        text = plan(at).splitlines()
        actions = int(re.search(r"(\d+) actions", summary[0])[1])
        check("summary of " + name, len(summary) <= 40, len(summary))
        check("plan of " + name, len(text) <= actions,
              "%d lines for %d actions" % (len(text), actions))


def the_order_is_not_told(folder, fleets):
    """Action for action the plan is what the run then does."""
    listed = {}

    def take(node):
        for a in node.get("actions", []):
            listed[int(a["number"])] = a["verb"]

    tree = json.loads(plan(folder, "--format=json"))
    for node in tree["before"], *tree["procedures"], tree["after"], \
            tree["commit"]:
        take(node)
    status, _, err = run(folder, *begin("--yes", "--commit",
                                        "--events=events"))
    check("the story runs", status == 0, err)
    with open(os.path.join(folder, "events")) as f:
        events = [e for e in map(json.loads, f) if e["result"] == "begun"]
    check("the order is that of the run",
          [(e["seq"], e["action"]) for e in events] == list(listed.items()),
          "%d events, %d actions" % (len(events), len(listed)))
    shutil.rmtree(os.path.join(folder, "run"))


def no_why(folder, fleets):
    """Whatever changes has a reason, and its place in both models."""
    tree = json.loads(plan(folder, "--format=json"))
    names = {s["entities"][0]["name"] for p in tree["procedures"]
             for s in p["steps"]}
    check("the story has machines", len(names) >= 8, names)
    for dn in sorted(names):
        status, out, err = run(
            folder, "campgen", "why", "campaign.xml", dn,
            "--source=source.xml", "--target=target.xml")
        check("why " + dn, status == 0 and "why" in out and
              re.search(r"source\.xml:\d+:\d+", out) and
              re.search(r"target\.xml:\d+:\d+", out), out + err)
    reasons = [p for p in tree["procedures"] if not p.get("why")]
    check("each procedure has a reason", not reasons)
    status, out, _ = run(folder, "campgen", "why-not", "campaign.xml",
                         "safEE=hostOS-2,safDomain=domain_1", "--wave=1",
                         "--source=source.xml", "--target=target.xml")
    check("why not earlier", status == 0 and out.count("\n") >= 1, out)


def no_time(folder, fleets):
    """Each wave says how long it may take, where models and policy do."""
    for name, at in fleets:
        tree = json.loads(plan(at, "--format=json"))
        check("times of " + name, tree["at-most"] and
              all(w["at-most"] for w in tree["waves"]))
        waves = [line for line in plan(at, "--summary").splitlines()
                 if line.startswith("  wave ")]
        check("summary tells times of " + name, waves and
              all("at most" in line for line in waves), waves)


def no_progress(folder, fleets):
    """On a terminal one line that fits it says what runs, for how long, and
    what is left; in a log nothing depends on a clock while nothing is slow."""
    on_a_terminal(folder)
    status, _, err = run(folder, *begin("--yes"))
    check("a log is short", status == 0 and "left" not in err and
          err.count("\naction ") == 6, err)
    shutil.rmtree(os.path.join(folder, "run"))


def on_a_terminal(folder):
    with open(os.path.join(folder, "slow"), "w") as f:
        f.write("delay 2s instantiate:safEE=hostOS-1*:1\n")
    words = begin("--yes", "--fault-file=slow")
    try:
        ours, theirs = pty.openpty()
    except OSError as e:
        tally.skip("what a terminal shows", e)
        return
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    run_of = subprocess.Popen([os.path.join(BUILD, words[0]), *words[1:]],
                              cwd=folder, stderr=theirs,
                              stdin=subprocess.DEVNULL)
    os.close(theirs)
    said = b""
    while True:
        try:
            got = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not got:
            break
        said += got
    os.close(ours)
    check("it ends", run_of.wait(timeout=LIMIT) == 0, said)
    lines = [part.split("\r\n")[0]
             for part in said.decode().split("\r\x1b[K")[1:]]
    check("no line is wider than the terminal", lines and
          max(map(len, lines)) < 60, max(lines, key=len))
    check("what takes long is named", any(re.match(
        r"\d+/122, about \d+ s left: instantiate for 1 s of", line)
        for line in lines), lines)
    shutil.rmtree(os.path.join(folder, "run"))


def applied_twice(folder, fleets):
    """Another campaign, another source, or one that was run is refused."""
    digest = "0" * 64
    status, _, err = run(folder, *begin("--yes", "--expect=" + digest))
    check("another campaign", status == 1 and "not the approved one" in err and
          not os.path.exists(os.path.join(folder, "run")), err)
    other = ["target.xml" if w == "source.xml" else w for w in begin("--yes")]
    status, _, err = run(folder, *other)
    check("another source", status == 1 and
          not os.path.exists(os.path.join(folder, "run")), err)
    status, _, _ = run(folder, *begin("--yes", "--commit"))
    check("it runs once", status == 0)
    status, _, err = run(folder, *begin("--yes"))
    check("not twice", status != 0 and "resume" in err, err)
    status, _, err = run(folder, "camprun", "resume", "--state", "run",
                         "--yes")
    check("what is over says so", status == 0 and "over" in err, err)
    plan(folder)
    shutil.rmtree(os.path.join(folder, "run"))


# --- on the way ---

def begun(folder):
    with open(os.path.join(folder, "events")) as f:
        return [e["seq"] for e in map(json.loads, f)
                if e["result"] == "begun" and e["phase"] == "forward"]


def no_resume(folder, fleets):
    """It goes on at the step that failed; nothing before it is done again."""
    status, _, err = run(folder, *begin(
        "--yes", "--events=events", "--fail=instantiate:safEE=hostOS-3,*:9"))
    check("it fails", status == 4 and "undone" in err, err)
    before = begun(folder)
    tree = json.loads(plan(folder, "--format=json"))
    first = next(int(p["actions"][0]["number"]) for p in tree["procedures"]
                 if int(p["actions"][-1]["number"]) >= before[-1])
    status, _, err = run(folder, "camprun", "resume", "--state", "run",
                         "--yes", "--events=events")
    after = begun(folder)[len(before):]
    check("it goes on", status == 0, err)
    check("at the step that failed", after and min(after) == first,
          (first, min(after)))
    shutil.rmtree(os.path.join(folder, "run"))


def a_mute_interrupt(folder, fleets):
    """It says at once that it stops, and where; there it can be resumed."""
    with open(os.path.join(folder, "slow"), "w") as f:
        f.write("delay 3s instantiate:safEE=hostOS-1*:1\n")
    words = begin("--yes", "--fault-file=slow", "--events=events")
    run_of = subprocess.Popen([os.path.join(BUILD, words[0]), *words[1:]],
                              cwd=folder, stderr=subprocess.PIPE, text=True,
                              stdin=subprocess.DEVNULL)
    said = ""
    for line in run_of.stderr:
        said += line
        if line.startswith("action ") and "AthostOS-1" in line:
            run_of.send_signal(signal.SIGINT)
            break
    said += run_of.communicate(timeout=LIMIT)[1]
    told = re.search(r"the next safe point is after action (\d+) of", said)
    check("it says where it stops", told and run_of.returncode == 5, said)
    check("it stops there", told and begun(folder)[-1] == int(told[1]),
          begun(folder)[-1])
    status, _, err = run(folder, "camprun", "resume", "--state", "run",
                         "--yes", "--commit")
    check("it resumes", status == 0, err)
    shutil.rmtree(os.path.join(folder, "run"))


def drift(folder, fleets):
    """How a model is written is no difference; what differs in a system is
    named in exec.py."""
    path = os.path.join(folder, "noisy.xml")
    with open(os.path.join(folder, "source.xml")) as f:
        text = f.read()
    with open(path, "w") as f:
        f.write(re.sub(r"<object\b", "<!-- a comment --><object", text))
    words = [path if w == "source.xml" else w for w in begin("--yes")]
    status, _, err = run(folder, *words)
    check("comments are no drift", status == 0, err)
    shutil.rmtree(os.path.join(folder, "run"))


def a_comment_too_long(folder, fleets):
    """What a review takes, the sentence first, and what is left out said."""
    for name, at in fleets:
        out = plan(at, "--format=md")
        lines = out.splitlines()
        check("bytes of " + name, len(out.encode()) <= 65000,
              len(out.encode()))
        check("the sentence first, of " + name,
              "hosts restarted" in lines[0] and lines[0] == lines[-1])
        check("what is left out of " + name, "Left out" in out)


def machines_are_told_less(folder, fleets):
    """The sentence, the numbers and each name of the text are in the JSON."""
    tree = plan(folder, "--format=json")
    strings = json.dumps(json.loads(tree), ensure_ascii=False)
    text = plan(folder, "--full")
    check("the same sentence", text.splitlines()[0] ==
          json.loads(tree)["summary"] == text.splitlines()[-1])
    names = set(re.findall(r"\bsaf[A-Z]\w*=[^\s,|;:]+", text))
    check("the text has names", len(names) > 20, len(names))
    check("no name only in text", all(n in strings for n in names),
          [n for n in names if n not in strings][:3])


def fails_as_shown(folder, fleets):
    """What is shown and what fails are two things; what is allowed has a
    reason and an end, and is found when it is over."""
    case = os.path.join(TOP, "tests", "golden", "lint-allowed")

    def lint(*options):
        return run(case, "campgen", "lint", "model.yaml", *options)

    today = "--today=2027-01-31"
    check("warnings do not fail", lint(today)[0] == 0)
    status, _, err = lint(today, "--severity=error", "--fail-on=warning")
    check("what is not shown may fail", status == 1 and "warning" not in err,
          err)
    status, _, err = lint(today, "--severity=note", "--fail-on=error")
    check("what is shown may pass", status == 0 and "warning" in err, err)
    check("what is over is found", lint("--today=2027-02-01")[2].count(
        "error[") + lint("--today=2027-02-01")[2].count("warning[") >
        lint(today)[2].count("warning["))


def a_dry_run_lies(folder, fleets):
    """It is the same look as before a run, and leaves nothing behind; who
    only asks gets an answer and a status."""
    words = begin()
    words[1] = "check"
    status, _, err = run(folder, *words)
    check("a check finds nothing", status == 0 and
          "nothing was found that speaks against it" in err, err)
    check("a check leaves nothing", not os.path.exists(
        os.path.join(folder, "run")))
    status, _, err = run(folder, *begin("--yes", "--rehearse"))
    check("a rehearsal", status == 0 and "everything is as it was" in err, err)
    for word in "status", "model":
        status, out, err = run(folder, "camprun", word, "--state", "run")
        check(word + " answers", status == 0 and out, err)
    status, out, _ = run(folder, "camprun", "status", "--state", "run",
                         "--watch")
    check("who watches what is over is let go", status == 0, out)
    status, out, _ = run(folder, "camprun", "model", "--state", "run")
    with open(os.path.join(folder, "now.xml"), "w") as f:
        f.write(out)
    status, out, _ = run(folder, "campgen", "diff", "source.xml", "now.xml",
                         "--severity=error")
    check("it is as it was", status == 0, out)


COMPLAINTS = [a_wall_of_text, the_order_is_not_told, no_why, no_time,
              no_progress, applied_twice, no_resume, a_mute_interrupt, drift,
              a_comment_too_long, machines_are_told_less, fails_as_shown,
              a_dry_run_lies]


def main():
    with tempfile.TemporaryDirectory() as tmp:
        fleets = [(name, fleet(os.path.join(tmp, name), hosts, *options))
                  for name, hosts, options in (
                      ("64", 64, ["--schedule=waves"]),
                      ("1000", 1000, ["--schedule=waves"]))]
        for complaint in COMPLAINTS:
            folder = os.path.join(tmp, complaint.__name__)
            shutil.copytree(STORY, folder)
            try:
                complaint(folder, fleets)
            except (OSError, ValueError, KeyError, IndexError, TypeError,
                    subprocess.TimeoutExpired) as e:
                check(complaint.__name__, False, repr(e))
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
