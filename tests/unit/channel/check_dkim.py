#!/usr/bin/env python3
"""Our DKIM signatures, verified by a program that is not ours (dkimpy), and
what somebody changes on the way is seen.

    check_dkim.py SIGN_MAIL
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

try:
    import dkim
    import nacl.signing  # noqa: F401  dkimpy needs it for Ed25519
except ImportError:
    print("skipped: python3-dkim and python3-nacl are not installed")
    sys.exit(77)

SIGN_MAIL = sys.argv.pop(1)


def tags(raw, index=0):
    """The tags of a signature, without its folds."""
    field = re.findall(rb"(?im)^DKIM-Signature:((?:.*\r\n)(?:[ \t].*\r\n)*)",
                       raw)[index]
    pairs = (t.partition(b"=") for t in field.split(b";"))
    return {re.sub(rb"\s", b"", name).decode():
            re.sub(rb"\s", b"", value).decode() for name, _, value in pairs}


class DkimTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(
            tempfile.TemporaryDirectory()))
        subprocess.run([SIGN_MAIL, folder], check=True)
        cls.records = dict(line.split(" ", 1) for line in
                           (folder / "records").read_text().splitlines())
        cls.mail = {p.stem: p.read_bytes() for p in folder.glob("*.eml")}

    def lookup(self, name, timeout=5):
        text = self.records.get(name.decode().rstrip("."))
        return text.encode() if text else None

    def good(self, raw, count):
        """How many of the first count signatures verify."""
        result = 0
        for index in range(count):
            try:
                result += dkim.DKIM(raw).verify(index, dnsfunc=self.lookup)
            except dkim.DKIMException:
                pass
        return result

    def changed(self, old, new, name="both"):
        raw = self.mail[name]
        self.assertIn(old, raw)
        return raw.replace(old, new)

    def test_both_verify(self):
        self.assertEqual(self.good(self.mail["both"], 2), 2)
        self.assertEqual(self.good(self.mail["rsa"], 1), 1)
        self.assertEqual(self.good(self.mail["ed25519"], 1), 1)
        self.assertEqual(self.good(self.mail["injected"], 2), 2)

    def test_tags(self):                                     # S86, RFC 8463
        for index, algorithm in enumerate(["rsa-sha256", "ed25519-sha256"]):
            t = tags(self.mail["both"], index)
            self.assertEqual(t["a"], algorithm)
            self.assertEqual(t["c"], "relaxed/relaxed")
            self.assertEqual(t["d"], "shop.example")
            self.assertEqual(t["t"], "1795339380")
            self.assertNotIn("l", t)
            self.assertNotIn("z", t)
            names = t["h"].lower().split(":")
            for name in "from", "to", "subject", "date":
                self.assertEqual(names.count(name), 2, name)
            for name in ("message-id", "mime-version", "content-type",
                         "auto-submitted"):
                self.assertGreaterEqual(names.count(name), 1, name)
            self.assertNotIn("dkim-signature", names)

    def test_lines(self):                                    # S83
        for raw in self.mail.values():
            for line in raw.split(b"\r\n"):
                self.assertNotRegex(line, rb"[\r\n]")
                if not line.startswith(b" <msg_"):
                    self.assertLessEqual(len(line), 78)

    def test_injected_fields_are_data(self):                 # S82
        head = self.mail["injected"].partition(b"\r\n\r\n")[0]
        self.assertEqual(len(re.findall(rb"(?im)^dkim-signature:", head)), 2)

    def test_changed_field(self):
        for old, new in ((b"Your sign-in code", b"Your parcel"),
                         (b"To: ada@", b"To: eve@"),
                         (b'"Lindenhof"', b'"Lindenhop"'),
                         (b"auto-generated", b"no"),
                         (b".example>\r\nMIME", b".example.evil>\r\nMIME")):
            self.assertEqual(self.good(self.changed(old, new), 2), 0, old)

    def test_changed_body(self):
        self.assertEqual(
            self.good(self.changed(b"407 123", b"407 124"), 2), 0)
        self.assertEqual(self.good(self.mail["both"] + b"more\r\n", 2), 0)

    def test_added_field(self):                              # S86
        for field in (b"From: Eve <eve@evil.example>", b"Subject: Hello",
                      b"To: eve@evil.example", b"Date: today",
                      b"Content-Type: text/html", b"Reply-To: e@evil.example",
                      b"MIME-Version: 1.0", b"Message-ID: <x@evil.example>",
                      b"Content-Transfer-Encoding: base64",
                      b"Cc: eve@evil.example", b"Sender: e@evil.example"):
            # In front, where readers look first, and behind.
            raw = self.mail["both"]
            self.assertEqual(self.good(raw.replace(
                b"Date: ", field + b"\r\nDate: ", 1), 2), 0, field)
            self.assertEqual(self.good(raw.replace(
                b"\r\n\r\n", b"\r\n" + field + b"\r\n\r\n", 1), 2), 0, field)

    def test_a_relay_may_add_its_own(self):
        raw = b"Received: by relay.example\r\n" + self.mail["both"]
        self.assertEqual(self.good(raw, 2), 2)
        # Relaxed: white space between words, and the case of names.
        raw = raw.replace(b"Auto-Submitted: ", b"auto-submitted:   ")
        self.assertEqual(self.good(raw, 2), 2)

    def test_another_key(self):
        other = {n: v for n, v in self.records.items()}
        for name in other:
            other[name] = re.sub(r"p=.{8}", "p=" + "AAAA" * 2, other[name])
        mine, self.records = self.records, other
        try:
            self.assertEqual(self.good(self.mail["both"], 2), 0)
        finally:
            self.records = mine


if __name__ == "__main__":
    unittest.main()
