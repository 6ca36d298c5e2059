#!/usr/bin/env python3
"""A mail server that says nothing more at some step of its dialogue (S96, I6,
I9): creations are answered meanwhile, the messages wait, and go out when it
talks again, with the same code, never after their code's end.

usage: test_mail_hang.py WATCHWORD [--long]

Two of the steps; --long: all of them.
"""
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from harness import (STEPS, Client, Server, SmtpPeer, Tap, sign_in,  # noqa: E402
                     wait_for)

MESSAGES = 12


class Trial:
    def __init__(self, binary, step):
        self.step = step
        self.peer = SmtpPeer()
        self.server = Server(binary)
        self.server.start(config=self.peer.config(), sandbox=False)
        self.client = Client(self.server)
        self.ids = {}

    def create(self, n, **more):
        address = f"{self.step}{n}@example.com"
        answer = self.client.post("/v1/challenges", sign_in(address, **more))
        assert answer.status == 201, answer
        self.ids[address] = answer.json()["id"]
        return address

    def message(self, address):
        view = self.client.get(f"/v1/challenges/{self.ids[address]}").json()
        assert len(view["messages"]) == 1, view
        return view["messages"][0]

    def end(self):
        self.client.close()
        assert self.server.kill(15) == 0, "it did not stop in order"
        flaw = self.server.audit_flaw()
        assert flaw is None, flaw
        self.server.remove()
        self.peer.close()


def hang(binary, step):
    t = Trial(binary, step)
    before = t.create("before")
    wait_for("the first mail", lambda: t.message(before)["state"] == "sent")
    t.peer.hang(step)
    # Every one is answered, though none can go out.
    addresses = [t.create(n) for n in range(MESSAGES)]
    wait_for("the peer to hang", lambda: t.peer.hung > 0)
    wait_for("a second try to be due", lambda: any(
        t.message(a)["attempts"] > 0 for a in addresses))
    for a in addresses:
        m = t.message(a)
        assert m["state"] == "queued", m
    # A check does not need the peer.
    wrong = t.client.post(f"/v1/challenges/{t.ids[addresses[0]]}/check",
                          {"code": "0000000000"})
    assert wrong.status == 200, wrong
    t.peer.recover()
    for a in addresses:
        wait_for(f"a mail to {a}", lambda: t.message(a)["state"] == "sent",
                 step=0.05)
        assert t.message(a)["attempts"] >= 1
    judge_mails(t, addresses, step)
    t.end()


def judge_mails(t, addresses, step):
    for a in addresses:
        codes = t.peer.codes_for(a)
        assert len(codes) >= 1, f"{a} is called sent and was not"
        assert len(set(codes)) == 1, f"{a} has two codes: {codes}"
        # Twice is right only where the peer had it and did not say so: one
        # for each try.
        most = t.message(a)["attempts"] if step == "end" else 1
        assert len(codes) <= most, f"{a} was mailed {len(codes)} times"
        right = t.client.post(f"/v1/challenges/{t.ids[a]}/check",
                              {"code": codes[0]})
        assert right.json()["result"] == "approved", right


def never_late(binary):
    """The code ends while the peer hangs: the message is never sent."""
    t = Trial(binary, "late")
    t.peer.hang("banner")
    address = t.create(0, ttl_s=60)
    wait_for("the end of the code", lambda: t.message(address)["state"] ==
             "expired", step=0.2)
    t.peer.recover()
    after = t.create(1)
    wait_for("the next mail", lambda: t.message(after)["state"] == "sent")
    assert t.peer.codes_for(address) == []
    t.end()


def main():
    binary = sys.argv[1]
    long = "--long" in sys.argv
    tap = Tap()
    for step in STEPS:
        if long or step in ("banner", "end"):
            tap.case(f"it hangs at {step}", hang, binary, step)
    if long:
        tap.case("not after the code's end", never_late, binary)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
