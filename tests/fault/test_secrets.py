#!/usr/bin/env python3
"""No code, address, API key or key of the ring is where it should not be
(rule 6, I8, S124): in the data folder, the log, the metrics, the audit export,
and the memory of the running server when the requests have ended.

usage: test_secrets.py WATCHWORD [--flows N] [--resend]
"""
import argparse
import base64
import concurrent.futures
import hmac
import os
import pathlib
import secrets
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from harness import (Client, Server, SmtpPeer, Tap, inbox_code, sign_in,  # noqa: E402
                     wait_for, wrong_code)
from scan import Scanner, test_scanner  # noqa: E402

PAGE = 4096
CONNECTIONS = 4
# crypto/keyring_load.c
LABELS = {"code": ["watchword code hmac"],
          "seal": ["watchword seal xchacha20poly1305"],
          "index": ["watchword index hmac"],
          "receipt": ["watchword receipt ed25519"],
          "audit": ["watchword audit hmac", "watchword audit ed25519"]}


class Known:
    """What must not be found."""

    def __init__(self, server):
        # One word that is in every address, and nowhere else.
        self.mark = "q" + secrets.token_hex(8)
        self.codes = set()
        self.mailed = set()
        self.api_key = server.api_key
        self.ring = ring_keys(server.data / "keyring")

    def address(self, n):
        return f"u{n}.{self.mark}@example.com"

    def scanner(self, ring=True):
        words = [("an address", self.mark),
                 ("the API key", self.api_key.removeprefix("wwk_"))]
        return Scanner(self.codes, words + (self.ring if ring else []))


def ring_keys(path):
    """What is stored, and the working keys that are made of it."""
    found = []
    for line in path.read_text().splitlines()[1:-1]:
        use, version, _, text = line.split()
        key = base64.b64decode(text)
        found.append((f"stored key {use} {version}", key))
        for label in LABELS[use]:
            found.append((f"working key {label} {version}", hmac.digest(
                key, label.encode() + b"\1", "sha256")))
    assert len(found) == 11, len(found)
    return found


def spaced(code, n):
    """As people type it."""
    return [code, f"{code[:3]} {code[3:7]} {code[7:]}",
            f"{code[:5]}-{code[5:]}", " ".join(code)][n % 4]


def flow(client, known, n, code_of):
    """Returns the challenge that is still open."""
    address = known.address(n)
    made = client.post("/v1/challenges", sign_in(
        address, binding={"device": "Firefox on Linux"},
        context={"ip": f"198.51.{n // 250}.{n % 250}"}), f"flow-{n}")
    assert made.status == 201, made
    id = made.json()["id"]
    code = code_of(client, address, id)
    known.mailed.add(code)
    known.codes |= {code, wrong_code(code)}
    path = f"/v1/challenges/{id}/check"
    again = client.post(f"/v1/challenges/{id}/resend")
    assert again.status in (202, 429), again
    for _ in range(n % 3):
        wrong = client.post(path, {"code": spaced(wrong_code(code), n)})
        assert wrong.json()["result"] == "wrong", wrong
    if n % 5 == 0:
        return id
    right = client.post(path, {"code": spaced(code, n)})
    assert right.json()["result"] == "approved", right
    used = client.post("/v1/receipts/redeem", {
        "receipt": right.json()["receipt"], "purpose": "sign_in"})
    assert used.json()["result"] == "redeemed", used
    return None


def run_flows(server, known, args, code_of):
    """The mixed load; returns the challenges that are still open."""
    def some(first):
        client = Client(server)
        open_ones = [flow(client, known, n, code_of)
                     for n in range(first, args.flows, CONNECTIONS)]
        client.close()
        return [id for id in open_ones if id]
    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
        return [id for ids in pool.map(some, range(CONNECTIONS))
                for id in ids]


def resend(server, ids):
    """When the cool-down is over: the same code again."""
    client = Client(server)
    for id in ids[:20]:
        wait_for("a resend", lambda: client.post(
            f"/v1/challenges/{id}/resend").status == 202, step=0.5)
    client.close()


def metric(client, name):
    text = client.get("/metrics").body.decode()
    return int(next(line.split()[-1] for line in text.splitlines()
                    if line.startswith(name)))


def quiet(server, messages):
    """Everything is sent and settled, and nobody is connected but us.
    Returns the metrics."""
    client = Client(server)
    wait_for("the last message", lambda: metric(
        client, 'watchword_messages_total{result="sent"}') >= messages)
    wait_for("the last connection's end", lambda: metric(
        client, "watchword_http_connections") == 1)
    wait_for("an empty queue", lambda: metric(
        client, 'watchword_store_queue{priority="background"}') == 0)
    text = client.get("/metrics").body
    client.close()
    return text


def report(place, hits):
    return "\n".join(f"{place}: {what}, {disguise}, at {at:#x}: {context!r}"
                     for what, disguise, at, context in hits[:40])


def scan_places(server, known, metrics):
    exported = server.command("audit", "export")
    assert exported.returncode == 0, exported.stderr
    assert len(exported.stdout.splitlines()) > 100
    places = {"the metrics": metrics,
              "the audit export": exported.stdout.encode(),
              "the log": server.log.read_bytes()}
    for path in server.data.iterdir():
        if path.is_file():
            places[path.name] = path.read_bytes()
    assert {"watchword.db", "watchword.db-wal", "watchword.db-shm",
            "keyring"} <= places.keys(), places.keys()
    assert len(places["watchword.db-wal"]) > 100000
    flaws = [report(name, known.scanner(name != "keyring").scan(data))
             for name, data in places.items()]
    assert not any(flaws), "\n".join(filter(None, flaws))


def in_files(args):
    """The sandbox, whose inbox is in memory only."""
    server = Server(args.binary)
    known = Known(server)
    server.start()
    run_flows(server, known, args, inbox_code)
    metrics = quiet(server, args.flows)
    scan_places(server, known, metrics)
    if dumpable():
        # What is there is found: its inbox is.
        hits = known.scanner().scan(core_of(server))
        assert {"an address", "code " + next(iter(known.mailed))} <= {
            what for what, *_ in hits}, hits
    server.remove()


def dumpable():
    return os.geteuid() == 0 and shutil.which("gcore") is not None


def core_of(server):
    """The memory of the process as root sees it."""
    path = server.top / "core"
    done = subprocess.run(["gcore", "-o", str(path),
                           str(server.process.pid)],
                          capture_output=True, text=True, timeout=120)
    made = pathlib.Path(f"{path}.{server.process.pid}")
    assert made.exists(), done
    return without_holes(made.read_bytes())


def without_holes(core):
    """Nine tenths of it were never touched: of pages of zeros that follow one
    another, the first stays."""
    zeros = bytes(PAGE)
    kept, hole = [], False
    for at in range(0, len(core), PAGE):
        page = core[at:at + PAGE]
        if not hole or page != zeros:
            kept.append(page)
        hole = page == zeros
    return b"".join(kept)


def after_each(server, known, args, code_of, sent):
    """What the last request of a kind leaves behind is not covered up by
    one of another kind."""
    last = Last(server, known, args.flows, code_of)
    for name in Last.KINDS if args.resend else ():
        for _ in range(2 * os.cpu_count()):
            # A new connection each: every loop gets some.
            client = Client(server)
            last.challenge(client)
            client.close()
        for challenge in last.open:
            client = Client(server)
            getattr(last, name)(client, *challenge)
            client.close()
        last.open.clear()
        quiet(server, sent + last.n - args.flows)
        core = core_of(server)
        hits = known.scanner().scan(core)
        if hits:
            print(f"# after: {name}")
            return hits
    return []


class Last:
    KINDS = ("create", "right", "wrong", "get", "redeem", "resend", "cancel",
             "bad", "twice")

    def __init__(self, server, known, n, code_of):
        self.server, self.known, self.n = server, known, n
        self.code_of = code_of
        self.open = []

    def challenge(self, client):
        address = self.known.address(self.n)
        self.n += 1
        body = sign_in(address)
        made = client.post("/v1/challenges", body, f"last-{self.n}")
        id = made.json()["id"]
        code = self.code_of(client, address, id)
        self.known.codes |= {code, wrong_code(code)}
        self.open.append((body, id, code, f"last-{self.n}"))

    def create(self, client, body, id, code, key):
        pass

    def check(self, client, id, code):
        return client.post(f"/v1/challenges/{id}/check", {"code": code})

    def right(self, client, body, id, code, key):
        return self.check(client, id, " ".join(code)).json()

    def wrong(self, client, body, id, code, key):
        self.check(client, id, wrong_code(code))

    def get(self, client, body, id, code, key):
        client.get(f"/v1/challenges/{id}")

    def redeem(self, client, body, id, code, key):
        receipt = self.right(client, body, id, code, key)["receipt"]
        client.post("/v1/receipts/redeem",
                    {"receipt": receipt, "purpose": "sign_in"})

    def resend(self, client, body, id, code, key):
        client.post(f"/v1/challenges/{id}/resend")

    def cancel(self, client, body, id, code, key):
        client.post(f"/v1/challenges/{id}/cancel")

    def bad(self, client, body, id, code, key):
        """Refused, with what must not be kept in it."""
        bad = client.post(f"/v1/challenges/{id}/check",
                          {"code": code + "x", "kode": code})
        assert bad.status == 400, bad
        bad = client.post("/v1/challenges", {**body, "channel": "pigeon"})
        assert bad.status == 400, bad

    def twice(self, client, body, id, code, key):
        again = client.post("/v1/challenges", body, key)
        assert again.json()["id"] == id, again
        other = client.post("/v1/challenges", {**body, "ttl_s": 61}, key)
        assert other.status == 422, other


def in_memory(args):
    """Mail by real SMTP; then nothing of it is left, nor of the requests."""
    if not dumpable():
        return "needs root and gcore"
    peer = SmtpPeer()
    server = Server(args.binary)
    known = Known(server)
    canary = secrets.token_hex(16)
    server.start(config=peer.config(), sandbox=False,
                 env={"FAULT_CANARY": canary})

    def code_of(client, address, challenge):
        return wait_for("a mail", lambda: peer.codes_for(address))[0]

    open_ones = run_flows(server, known, args, code_of)
    sent = args.flows
    if args.resend:
        resend(server, open_ones)
        sent += len(open_ones[:20])
    metrics = quiet(server, sent)
    core = core_of(server)
    assert canary.encode() in core, "the dump does not hold the process"
    scan_places(server, known, metrics)
    hits = known.scanner().scan(core)
    if not hits:
        hits = after_each(server, known, args, code_of, sent)
    if hits and args.keep:
        print(f"# kept: {server.top}")
        server.kill()
    else:
        server.remove()
    peer.close()
    assert not hits, report("memory", hits)
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--flows", type=int, default=60)
    parser.add_argument("--resend", action="store_true")
    parser.add_argument("--keep", action="store_true")
    args = parser.parse_args()
    tap = Tap()
    tap.case("the scanner finds what is planted", test_scanner)
    tap.case("files, log, metrics and audit log", in_files, args)
    tap.case("memory", in_memory, args)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
