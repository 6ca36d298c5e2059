#!/usr/bin/env python3
"""Every kind of code through the real server and a real Postfix.

    test_codes.py WATCHWORD

The mails are left in tests/artefacts/mail/, with pictures of their HTML.
"""
import datetime
import email
import email.policy
import email.utils
import functools
import json
import pathlib
import re
import shutil
import smtplib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tool")]
import postfix  # noqa: E402
import server  # noqa: E402
import taprun  # noqa: E402
import unittest  # noqa: E402

ARTEFACTS = HERE.parent / "artefacts/mail"
ONCE = ("Date", "Message-ID", "From", "To", "Subject", "MIME-Version",
        "Auto-Submitted")
ACCOUNT = ("sign_in", "account_change", "password_reset", "transaction",
           "contact_verification")
DOOR = ("delivery", "return_pickup")
FACTS = {
    "sign_in": {"device": "Firefox on Linux", "place": "Köln"},
    "account_change": {"change": "postal address"},
    "transaction": {"amount": "129.00", "currency": "EUR",
                    "payee": "Müller & Söhne"},
    "delivery": {"order": "1047", "parcels": "2"},
}
WARNING = {
    ("en", False): ("Never share this code with anybody", "We never ask"),
    ("de", False): ("niemals weiter", "fragen Sie nie danach"),
    ("en", True): ("only at the door", "countersign", "Never share this code"),
    ("de", True): ("nur an der", "Gegenwort", "niemals"),
}
# R72: what a mail program would make a link of.
LINK = re.compile(
    r"https?:|mailto:|www\.|href|src\s*=|url\(|"
    r"\b[a-z0-9-]+\.(example|com|net|org|de|shop|io)\b", re.I)


def outside(*words, **more):
    return json.loads(subprocess.run(
        ["node", HERE / "outside.mjs", *words], check=True, text=True,
        stdout=subprocess.PIPE, **more).stdout)


class Case:
    """One challenge, its mail and what came of it."""

    def __init__(self, purpose, locale):
        self.purpose = purpose
        self.locale = locale
        self.name = f"{purpose}-{locale}"
        self.to = f"{purpose}.{locale}@example.com"
        self.door = purpose in DOOR
        self.file = ARTEFACTS / f"{self.name}.eml"


def each_case(check):
    """A test of one case, as a test of all."""
    @functools.wraps(check)
    def run(self):
        for case in self.cases:
            with self.subTest(case.name):
                check(self, case)
    return run


class Codes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run([HERE.parent / "web/packages"], check=True)
        cls.mail = cls.enterClassContext(postfix.Postfix())
        cls.server = cls.enterClassContext(
            server.Server(sys.argv[1], cls.mail))
        shutil.rmtree(ARTEFACTS, ignore_errors=True)
        ARTEFACTS.mkdir(parents=True)
        cls.cases = [Case(purpose, locale) for purpose in ACCOUNT + DOOR
                     for locale in ("en", "de")]
        for case in cls.cases:
            case.binding = FACTS.get(case.purpose, {})
            case.challenge = cls.server.create(
                case.to, case.purpose, locale=case.locale,
                binding=case.binding)
        for case in cls.cases:
            case.raw = cls.mail.wait_for_message(case.to)
            case.file.write_bytes(case.raw)
            case.python = email.message_from_bytes(
                case.raw, policy=email.policy.default)
            case.text, case.html = (part.get_content()
                                    for part in case.python.iter_parts())
        for case, read in zip(cls.cases, outside(
                "parse", *(case.file for case in cls.cases))):
            case.node = read

    def code(self, case):
        """R75: the code as it stands in the mail, on a line of its own."""
        shown, = re.findall(r"^ +(\d{3} \d{3})$", case.text, re.M)
        self.assertEqual(case.html.count(f">{shown}<"), 1)
        return shown

    @each_case
    def test_headers_once(self, case):            # S85; RFC 5322 section 3.6
        for name in ONCE:
            self.assertEqual(len(case.python.get_all(name, [])), 1, name)
            self.assertEqual(case.node["headers"].count(name.lower()), 1)
        self.assertEqual(case.python["Auto-Submitted"], "auto-generated")
        self.assertEqual(case.python["MIME-Version"], "1.0")
        self.assertIn("Delivered-To", case.python)

    @each_case
    def test_two_readers_agree(self, case):
        node = case.node
        self.assertEqual(node["to"], [{"address": case.to, "name": ""}])
        self.assertEqual(node["from"][0]["address"], server.FROM)
        self.assertEqual(node["subject"], case.python["Subject"])
        self.assertEqual(node["id"],
                         case.python["Message-ID"].strip())
        self.assertEqual(node["text"].strip(), case.text.strip())
        self.assertEqual(node["html"].strip(), case.html.strip())
        sent = email.utils.parsedate_to_datetime(case.python["Date"])
        self.assertEqual(datetime.datetime.fromisoformat(
            node["date"].replace("Z", "+00:00")), sent)

    def test_message_ids_differ(self):
        self.assertEqual(len({case.node["id"] for case in self.cases}),
                         len(self.cases))

    @each_case
    def test_no_link_no_attachment(self, case):   # R72, R73
        self.assertEqual(case.node["attachments"], 0)
        self.assertEqual([part.get_content_type()
                          for part in case.python.walk()],
                         ["multipart/alternative", "text/plain",
                          "text/html"])
        for text in case.text, case.html, case.python["Subject"]:
            self.assertIsNone(LINK.search(text))

    @each_case
    def test_warnings(self, case):                # R67 to R70
        for text in case.text, case.html:
            words = " ".join(text.split())
            for warning in WARNING[case.locale, case.door]:
                self.assertIn(warning, words)

    @each_case
    def test_language(self, case):
        self.assertRegex(case.html, f'<html lang="{case.locale}"')

    @each_case
    def test_facts(self, case):                   # S47
        if case.purpose == "transaction":
            self.assertIn("Müller & Söhne", case.text)
            self.assertIn("Müller &amp; Söhne", case.html)
            self.assertRegex(case.text, "129.00.EUR\n")
            self.assertRegex(case.html, "129.00.EUR<br>\n")

    @each_case
    def test_code_is_not_in_the_preview(self, case):      # S90
        shown = self.code(case)
        self.assertGreaterEqual(case.text.index(shown), 140)
        digits = shown.replace(" ", "")
        self.assertNotIn(digits, case.raw.decode("ascii"))
        self.assertNotIn(shown, case.python["Subject"])

    @each_case
    def test_lines(self, case):                   # S83; RFC 5322 section 2.1.1
        self.assertNotIn(b"\r", case.raw)   # Maildir: LF alone
        self.assertLessEqual(max(map(len, case.raw.split(b"\n"))), 998)
        ours = case.raw[case.raw.index(b"\nDate: ") + 1:]
        # Our Message-ID carries a tag and cannot be folded.
        for line in re.sub(rb"^ <msg_.*\n", b"", ours, flags=re.M).split(
                b"\n"):
            self.assertLessEqual(len(line), 78)
        self.assertTrue(case.raw.isascii())

    def test_line_ends_on_the_wire(self):   # S83
        """Postfix refuses a bare LF here, so what it took had CRLF only."""
        with smtplib.SMTP(self.mail.host, self.mail.port) as peer:
            peer.ehlo("test.example")
            peer.mail(server.FROM)
            peer.rcpt("bare@example.com")
            peer.putcmd("data")
            self.assertEqual(peer.getreply()[0], 354)
            peer.send(b"Subject: x\r\n\r\na bare\nline feed\r\n.\r\n")
            self.assertIn(peer.getreply()[0], (521, 550))
        self.assertEqual(self.mail.take_messages("bare@example.com"), [])

    @each_case
    def test_tls(self, case):                     # S97
        self.assertRegex(case.python["Received"],
                         r"using TLSv1\.[23] .*with ESMTPS")

    @each_case
    def test_sent(self, case):
        message = self.server.wait_for(case.challenge["id"],
                                       lambda m: m["state"] == "sent")
        self.assertEqual(message["attempts"], 1)
        self.assertIn("sent_at", message)

    def test_zz_approved(self):             # R56, R12: last, it uses them up
        receipts = []
        for case in self.cases:
            path = f"/v1/challenges/{case.challenge['id']}/check"
            body = {"code": self.code(case)}
            if case.binding:
                body["binding"] = case.binding
            status, answer = self.server.ask("POST", path, body)
            self.assertEqual((status, answer["result"]), (200, "approved"))
            receipts.append(answer["receipt"])
            status, answer = self.server.ask("POST", path, body)
            self.assertEqual((status, answer["result"]), (200, "consumed"))
        for case, said in zip(self.cases, outside(
                "receipts", self.server.url, "default",
                input="\n".join(receipts))):
            self.assertEqual(said["purpose"], case.purpose)
            self.assertEqual(said["challenge"], case.challenge["id"])
            self.assertEqual(said["binding"], case.binding)
            self.assertEqual(said["amr"], ["otp"])

    def test_zz_audit(self):
        for case in self.cases:
            self.server.wait_for(case.challenge["id"],
                                 lambda m: m["state"] == "sent")
        exported = self.server.audit()
        for case in self.cases:
            sent = [e for e in exported if e.get("event") == "message.sent"
                    and e["challenge"] == case.challenge["id"]]
            self.assertEqual(len(sent), 1)
            self.assertEqual(sent[0]["channel"], "email")
        text = json.dumps(exported)
        for case in self.cases:             # S98: nobody's address or code
            self.assertNotIn(case.to, text)
            self.assertNotIn(self.code(case).replace(" ", ""), text)

    def test_pictures(self):
        drawn = outside("draw", ARTEFACTS,
                        *(case.file for case in self.cases))
        self.assertEqual(len(drawn), 2 * len(self.cases))


if __name__ == "__main__":
    why_not = postfix.available() or server.missing(sys.argv[1])
    if why_not:
        print("skipped:", why_not)
        sys.exit(77)
    taprun.main()
