#!/usr/bin/env python3
"""The disk of a running server: syncs that fail, writes that fail or are cut
short, no space (S130, S141, I3, I7, I9, rule 10).

usage: test_disk.py WATCHWORD LIBFAULT_IO [--long]

The first calls fail one by one, later ones in steps; --long: all of them.
"""
import pathlib
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from harness import (Client, Control, Facts, Server, Tap, sign_in,  # noqa: E402
                     wait_for)

SYNC, WRITE, FULL, SHORT, TORN = range(1, 6)    # fault_io.c
N_MAX = 400
ONE_BY_ONE = 20
STEP = 1 if "--long" in sys.argv else 41


def numbers():
    return (*range(1, ONE_BY_ONE), *range(ONE_BY_ONE, N_MAX, STEP))


class Bench:
    """A server whose disk can be made to fail."""

    def __init__(self, binary, library):
        self.server = Server(binary)
        self.control = Control(self.server.top, library, "fault_io")
        self.control.env["FAULT_IO_PREFIX"] = str(
            self.server.data / "watchword.db")

    def start(self):
        self.server.start(env=self.control.env)

    def restart(self):
        """As if the machine had come up again: without a fault."""
        self.control.disarm()
        if self.server.process is not None:
            self.server.kill()
        flaw = self.server.audit_flaw()
        assert flaw is None, flaw
        self.start()

    def verify(self, *all_facts):
        client = Client(self.server)
        for facts in all_facts:
            facts.verify(client)
        client.close()

    def died(self):
        """How it ended, where it has."""
        try:
            return self.server.process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            return None


def each_n(bench, kind, judge, onwards=False):
    """The n-th call fails, for n from 1 until the body meets none."""
    fired = 0
    bench.start()
    for n in numbers():
        client = Client(bench.server)
        facts = Facts(client)
        bench.control.arm(kind, n, onwards)
        done = facts.run(client)
        client.close()
        # First, or the keeper may meet it after somebody has looked.
        bench.control.disarm()
        fired += judge(n, facts, done)
        if bench.control.fired == 0:
            bench.verify(facts)
            break
    else:
        raise AssertionError(f"still something to fail at {N_MAX}")
    assert fired >= 5, f"only {fired} calls were made to fail"
    assert bench.server.kill(signal.SIGTERM) == 0
    bench.server.remove()


def sync_fails(args):
    """Rule 10: it stops at once, and nothing unsynced was acknowledged."""
    bench = Bench(*args)

    def judge(n, facts, done):
        if bench.control.fired == 0:
            return 0
        status = bench.server.ended()
        assert status == -signal.SIGABRT, f"sync {n}: ended with {status}"
        assert "store.sync_failed" in bench.server.log_text()
        # One client, one sync at least for each answer.
        synced = bench.control.counted - bench.control.fired
        assert len(done) <= synced, f"sync {n}: answered {done}"
        # Whoever asked at that moment, and after it, heard nothing.
        names = list(facts.answers)
        assert all(facts.answers[name] is None
                   for name in names[len(done):]), facts.answers
        bench.restart()
        bench.verify(facts)
        return 1

    each_n(bench, SYNC, judge)


def sync_fails_after_start(args):
    """The first syncs of a process: its start, and what the last one left
    for it to seal and to send."""
    bench = Bench(*args)
    bench.start()
    for n in range(1, N_MAX):
        client = Client(bench.server)
        facts = Facts(client)
        bench.server.kill()
        bench.control.arm(SYNC, n)
        bench.server.spawn(env=bench.control.env)
        if bench.server.ready():
            facts.run(client)
        if bench.control.fired == 0:
            break
        assert bench.server.ended() in (3, -signal.SIGABRT)
        bench.restart()
        bench.verify(facts)
    assert n > 3, f"only {n} syncs"
    bench.server.remove()


def write_fails(args):
    """It is an error or the end of the process; never a half truth."""
    bench = Bench(*args)

    def judge(n, facts, _):
        if bench.control.fired == 0:
            return 0
        if bench.died() is None:
            bench.control.disarm()
            bench.verify(facts)
            return 1
        status = bench.server.ended()
        assert status == -signal.SIGABRT, f"write {n}: ended with {status}"
        bench.restart()
        bench.verify(facts)
        return 1

    each_n(bench, WRITE, judge)


def survives(kind, onwards, args):
    """No space: 503, nothing half done, and back by itself (I9)."""
    bench = Bench(*args)
    refused = []

    def judge(n, facts, _):
        if bench.control.fired == 0:
            return 0
        bench.control.disarm()
        assert bench.died() is None, f"call {n}: the process ended"
        for name, answer in facts.answers.items():
            assert answer is not None, f"call {n}: {name}: no answer"
            if answer.status >= 300:
                assert answer.status == 503, f"call {n}: {name}: {answer}"
                assert "Retry-After" in answer.headers, f"{name}: {answer}"
                refused.append(name)
        bench.verify(facts)
        return 1

    each_n(bench, kind, judge, onwards)
    assert refused, "nothing was refused"


def short_writes(args):
    """POSIX allows them, and nobody notices."""
    bench = Bench(*args)
    bench.start()
    client = Client(bench.server)
    facts = Facts(client)
    bench.control.arm(SHORT, 1, True)
    assert len(facts.run(client)) == 5, facts.answers
    assert bench.control.fired > 10
    bench.restart()
    bench.verify(facts)
    bench.server.remove()


def init_fails(kind, args):
    """What fails half-way is taken away again, and can be done then."""
    binary, library = args
    for n in numbers():
        with tempfile.TemporaryDirectory(prefix="ww-fault-") as top:
            data = pathlib.Path(top) / "data"
            control = Control(top, library, "fault_io")
            # Not the folder itself: SQLite does not look at that sync.
            control.env["FAULT_IO_PREFIX"] = f"{data}/"
            words = [binary, "init", "--data", str(data)]
            control.arm(kind, n)
            done = subprocess.run(words, env=control.env, text=True,
                                  capture_output=True, timeout=60)
            control.disarm()
            if control.fired == 0:
                assert done.returncode == 0, done
                break
            if done.returncode == 0:
                # It was not needed: the store's log is as good as the store.
                assert kind != SYNC, (n, done)
                assert done.stdout.startswith("api_key=wwk_"), (n, done)
                whole = subprocess.run(
                    [binary, "audit", "verify", "--data", str(data)],
                    capture_output=True, timeout=60)
                assert whole.returncode == 0, (n, whole)
                continue
            assert done.stdout == "", done
            assert done.returncode == 3 or kind != FULL and \
                done.returncode == -signal.SIGABRT, (n, done)
            if done.returncode == 3:
                left = {p.name for p in data.iterdir()} \
                    if data.exists() else set()
                # A lock is nobody's; taking it away would be a race.
                assert left <= {"watchword.db.lock"}, (n, left)
                again = subprocess.run(words, text=True, timeout=60,
                                       capture_output=True)
                assert again.returncode == 0, (n, again)
    assert n > 3, f"only {n} calls"


def real_disk(args):
    """A small file system, filled to the last byte, and emptied again."""
    binary, library = args
    top = tempfile.mkdtemp(prefix="ww-fault-")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", top],
        capture_output=True, text=True)
    if mounted.returncode != 0:
        pathlib.Path(top).rmdir()
        return "no tmpfs can be mounted here"
    try:
        fill_and_empty(binary, top)
    finally:
        subprocess.run(["umount", "--lazy", top], check=True)
        pathlib.Path(top).rmdir()
    return None


def fill_and_empty(binary, top):
    server = Server(binary, parent=top)
    # Its log is elsewhere: here it is the data that has no space.
    with tempfile.NamedTemporaryFile(prefix="ww-fault-") as log:
        server.log = pathlib.Path(log.name)
        server.start()
        client = Client(server)
        facts = Facts(client)
        filler = pathlib.Path(top) / "filler"
        with open(filler, "wb", buffering=0) as f:
            try:
                while f.write(b"x" * 4096) > 0:
                    pass
            except OSError:
                pass
        # What the log still had room for.
        wait_for("a full disk", lambda: client.post(
            "/v1/challenges", sign_in("filler@example.com", ttl_s=60)).status
            in (503, 429))
        facts.run(client)
        refused = [a.status for a in facts.answers.values()]
        assert 503 in refused, refused
        assert server.process.poll() is None
        filler.unlink()
        facts.verify(client)
        later = Facts(client)
        assert len(later.run(client)) == 5, later.answers
        later.verify(client)
        assert server.kill(signal.SIGTERM) == 0
        flaw = server.audit_flaw()
        assert flaw is None, flaw
        server.remove()


def main():
    args = sys.argv[1:3]
    tap = Tap()
    tap.case("the n-th sync fails", sync_fails, args)
    tap.case("the n-th sync after a start fails", sync_fails_after_start, args)
    tap.case("the n-th write fails", write_fails, args)
    tap.case("no space at the n-th write", survives, FULL, False, args)
    tap.case("no space from the n-th write on", survives, FULL, True, args)
    tap.case("cut short at the n-th write, then no space", survives, TORN,
             False, args)
    tap.case("every write is cut short", short_writes, args)
    tap.case("init: the n-th sync fails", init_fails, SYNC, args)
    tap.case("init: the n-th write fails", init_fails, WRITE, args)
    tap.case("init: no space at the n-th write", init_fails, FULL, args)
    tap.case("a file system that is really full", real_disk, args)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
