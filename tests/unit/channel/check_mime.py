#!/usr/bin/env python3
"""Reads the messages of mime_samples with Python's email package: what went
in comes out, each header stands once, and the lines are as S83 to S85 want.
"""
import email
import email.header
import email.policy
import email.utils
import re
import subprocess
import sys

HEADERS = ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version",
           "Auto-Submitted", "Content-Type"]


def run(*args):
    return subprocess.run([sys.argv[1], *args], check=True,
                          stdout=subprocess.PIPE).stdout


def same_text(part, want):
    got = part.get_content().replace("\r\n", "\n")
    return got == (want if want.endswith("\n") else want + "\n")


def check(raw, name, subject, text, html):
    lines = raw.split(b"\r\n")
    assert lines[-1] == b"", "does not end in CRLF"
    for line in lines:
        assert b"\r" not in line and b"\n" not in line, "bare CR or LF"
        assert all(c < 128 for c in line), "not ASCII"
        assert (len(line) <= 78 or line.startswith(b" <msg_")), line
        assert not line.startswith((b".", b"From ")), line

    head = raw.partition(b"\r\n\r\n")[0].decode()
    for header in HEADERS:
        found = re.findall(rf"(?mi)^{header}:", head)
        assert len(found) == 1, f"{header}: {len(found)} times"
    assert len(re.findall(r"(?m)^[A-Za-z-]+:", head)) <= len(HEADERS) + 1
    for word in re.findall(r"=\?[^?\s]+\?[QB]\?[^?\s]*\?=", head):
        assert len(word) <= 75, word

    m = email.message_from_bytes(raw, policy=email.policy.default)
    assert not m.defects, m.defects
    assert len(m["From"].addresses) == 1 == len(m["To"].addresses)
    # The newer parser puts blanks between the encoded words of a phrase,
    # against RFC 2047 section 6.2 (CPython issue 79728): ask the older one.
    old = email.message_from_bytes(raw)
    phrase = email.utils.parseaddr(old["From"].replace("\r\n", ""))[0]
    phrase = str(email.header.make_header(email.header.decode_header(phrase)))
    assert phrase == name, phrase
    assert m["From"].addresses[0].addr_spec == "code@mail.shop.example"
    assert m["To"].addresses[0].addr_spec == "ada@example.com"
    assert m["Subject"] == subject, m["Subject"]
    assert m["Auto-Submitted"] == "auto-generated"
    assert m["Date"].datetime.isoformat() == "2026-11-22T09:23:00+00:00"
    assert re.fullmatch(r"<msg_[0-9a-z]{36}\.abcd0{28}@mail\.shop\.example>",
                        m["Message-ID"].strip()), m["Message-ID"]
    if not html:
        assert m.get_content_type() == "text/plain" and same_text(m, text)
        return
    assert m.get_content_type() == "multipart/alternative"
    plain, rich = m.iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert rich.get_content_type() == "text/html"
    for part in plain, rich:
        assert part.get_content_charset() == "utf-8"
        assert not part.defects and not part.is_attachment()
    assert same_text(plain, text), (plain.get_content(), text)
    assert same_text(rich, html), rich.get_content()


def main():
    for i in range(int(run())):
        fields = run(str(i), "fields").decode().split("\0")[:4]
        raw = run(str(i))
        assert raw == run(str(i)), "not deterministic"
        try:
            check(raw, *fields)
        except AssertionError:
            sys.stderr.write(f"sample {i}:\n{raw.decode()}\n")
            raise


main()
