#!/usr/bin/env python3
"""A code by mail from the server through a real Postfix, its DKIM signatures
checked in the file as received by a program that is not ours (dkimpy); and
the same mail come back.

    test_dkim.py WATCHWORD
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import postfix  # noqa: E402

try:
    import dkim
    import nacl.signing  # noqa: F401  dkimpy needs it for Ed25519
except ImportError:
    print("skipped: python3-dkim and python3-nacl are not installed")
    sys.exit(77)

WATCHWORD = sys.argv.pop(1)

CONF = """\
[server]
listen = 127.0.0.1:0
[mail]
host = 127.0.0.1
port = {port}
ca_file = {ca_file}
from = code@installation.example
"""


class Server:
    """watchword serve in a folder of its own."""

    def __init__(self, folder, mail):
        self.data = folder / "data"
        self.api_key = self.run("init")[0].partition("=")[2]
        conf = self.data / "watchword.conf"
        conf.write_text(CONF.format(port=mail.port, ca_file=mail.ca_file))
        self.log = open(folder / "log", "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [WATCHWORD, "serve", "--data", self.data],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        word, _, self.url = self.process.stdout.readline().partition(" ")
        self.url = self.url.strip()
        if word != "ready":
            raise RuntimeError((folder / "log").read_text())

    def run(self, *args, check=True, stdin=None):
        done = subprocess.run([WATCHWORD, *args, "--data", self.data],
                              check=check, stdout=subprocess.PIPE,
                              input=stdin, stderr=subprocess.PIPE)
        self.status = done.returncode
        self.said = done.stderr.decode()
        return done.stdout.decode().splitlines()

    def call(self, path, body=None):
        request = urllib.request.Request(
            self.url + path,
            data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"Bearer {self.api_key}",
                     "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def challenge(self, email):
        return self.call("/v1/challenges", {
            "purpose": "sign_in", "to": {"email": email}})

    def records(self):
        """Every key, the retired ones too, as the DNS would have it."""
        keys = [json.loads(line) for line in self.run(
            "dkim", "list", "--tenant", "default", "--json")]
        return {f"{k['selector']}._domainkey.{k['domain']}":
                f"v=DKIM1; k={k['algorithm']}; p={k['public_key']}"
                for k in keys}

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=30)
        self.log.close()


def selectors(raw):
    return re.findall(rb"\bs=([a-z0-9-]+);", raw.partition(b"\nDate:")[0])


def good(raw, records, count):
    result = 0
    for index in range(count):
        def lookup(name, timeout=5):
            text = records.get(name.decode().rstrip("."))
            return text.encode() if text else None
        try:
            result += dkim.DKIM(raw).verify(index, dnsfunc=lookup)
        except dkim.DKIMException:
            pass
    return result


class DkimTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mail = cls.enterClassContext(postfix.Postfix())
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.server = Server(pathlib.Path(folder), cls.mail)
        cls.addClassCleanup(cls.server.stop)

    def send(self, to="ada@example.com"):
        self.server.challenge(to)
        return self.mail.wait_for_message()

    def make(self, selector):
        self.server.run("dkim", "new", "--tenant", "default", "--domain",
                        "shop.example", "--selector", selector)

    def test_life_of_keys(self):
        server = self.server
        raw = self.send("eve@example.com")
        self.assertNotIn(b"DKIM-Signature", raw)
        self.assertIn(b"<code@installation.example>", raw)

        # R76: a sending domain of the tenant's own.
        self.make("s1")
        server.run("sender", "set", "code@mail.shop.example", "--tenant",
                   "default", "--name", "Lindenhof")
        old = self.send()
        self.assertIn(b'From: "Lindenhof" <code@mail.shop.example>', old)
        self.assertIn(b"Return-Path: <code@mail.shop.example>", old)
        self.assertEqual(selectors(old), [b"s1-rsa", b"s1-ed25519"])
        published = server.records()
        self.assertEqual(good(old, published, 2), 2)
        for change in ((b"Lindenhof", b"Lindenhop"),
                       (b"Subject: ", b"Subject: x"),
                       (b"To: ada@", b"To: eve@"),
                       (b"charset=utf-8", b"charset=utf-7"),
                       (b"\nDate: ", b"\nSubject: Hello\nDate: ")):
            self.assertIn(change[0], old)
            self.assertEqual(good(old.replace(*change), published, 2), 0,
                             change)

        # Another key beside the old one, and then without it.
        self.make("s2")
        both = self.send("bob@example.com")
        self.assertEqual(good(both, server.records(), 4), 4)
        self.assertEqual(good(both, published, 4), 2)
        for selector in "s1-rsa", "s1-ed25519":
            server.run("dkim", "retire", selector, "--tenant", "default",
                       "--domain", "shop.example")
        new = self.send("cat@example.com")
        self.assertEqual(selectors(new), [b"s2-rsa", b"s2-ed25519"])
        self.assertEqual(good(new, server.records(), 2), 2)
        self.assertEqual(good(new, published, 2), 0)
        # Mail of before is checked with the public keys that were kept.
        self.assertEqual(good(old, server.records(), 2), 2)

        # R77: a sender that no key covers is refused.
        for address in "code@myshop.example", "code@shop.example.evil.test":
            server.run("sender", "set", address, "--tenant", "default",
                       check=False)
            self.assertEqual(server.status, 1, address)


    # RFC 3464, with what Postfix writes into one.
    def report(self, raw, action="failed", status="5.1.1"):
        return (b"Return-Path: <>\nFrom: MAILER-DAEMON@mail.example\n"
                b"To: code@mail.shop.example\nMIME-Version: 1.0\n"
                b"Content-Type: multipart/report; "
                b"report-type=delivery-status;\n\tboundary=\"B/mail\"\n\n"
                b"This is a MIME-encapsulated message.\n\n--B/mail\n"
                b"Content-Description: Notification\n\nI'm sorry.\n\n"
                b"--B/mail\nContent-Description: Delivery report\n"
                b"Content-Type: message/delivery-status\n\n"
                b"Reporting-MTA: dns; mail.example\n\nFinal-Recipient: "
                b"rfc822; ada@example.com\nAction: %b\nStatus: %b\n"
                b"Diagnostic-Code: X-Postfix; unknown user\n\n--B/mail\n"
                b"Content-Type: message/rfc822\n\n%b\n--B/mail--\n"
                % (action.encode(), status.encode(), raw))

    def bounce(self, mail):
        """Its exit status; what it says has no address and no code."""
        out = self.server.run("bounce", check=False, stdin=mail)
        for line in *out, self.server.said:
            self.assertNotIn("@", line)
            self.assertNotRegex(line, r"\b\d{3} ?\d{3}\b")
        return self.server.status

    def failed(self, raw):
        """Reasons for which the log has the message as failed."""
        message = re.search(rb"<(msg_[0-9a-z]{36})\.", raw)[1].decode()
        events = map(json.loads, self.server.run("audit", "export"))
        return [e["reason"] for e in events
                if e.get("event") == "message.failed" and
                e.get("message") == message]

    def test_bounce(self):
        raw = self.send("gone@example.com")
        tag = re.search(rb"\.([0-9a-f]{32})@", raw)[1]
        self.assertEqual(self.bounce(b"Hello"), 1)
        self.assertEqual(self.bounce(b""), 1)
        self.assertEqual(self.bounce(self.report(raw, "delayed", "4.4.1")),
                         1)
        forged = raw.replace(tag, tag[::-1])                   # R78
        self.assertNotEqual(forged, raw)
        self.assertEqual(self.bounce(self.report(forged)), 1)
        other = self.send("other@example.com")
        message = re.search(rb"<(msg_[0-9a-z]{36})\.", other)[1]
        forged = re.sub(rb"<msg_[0-9a-z]{36}\.", b"<" + message + b".", raw)
        self.assertEqual(self.bounce(self.report(forged)), 1)
        self.assertEqual(self.failed(raw) + self.failed(other), [])

        # Past a mebibyte nothing is read, and nothing breaks.
        self.assertEqual(self.bounce(self.report(raw) + b"x" * 3_000_000), 0)
        self.assertEqual(self.failed(raw), ["bounce_5.1.1"])
        self.assertEqual(self.bounce(self.report(raw, status="5.2.2")), 0)
        self.assertEqual(self.failed(raw), ["bounce_5.1.1"])
        self.assertEqual(self.failed(other), [])
        plain = (b"Return-Path: <>\n\n<other@example.com>: 550 no such "
                 b"user\n\n" + other)
        self.assertEqual(self.bounce(plain), 0)
        self.assertEqual(self.failed(other), ["bounce_550"])


if __name__ == "__main__":
    why_not = postfix.available()
    if why_not:
        print("skipped:", why_not)
        sys.exit(77)
    unittest.main()
