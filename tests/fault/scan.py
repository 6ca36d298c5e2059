"""Finds secrets in bytes, in the clear and in the usual disguises: base64 at
every alignment, base64url, hex, either case, UTF-16, and digits with blanks or
hyphens between them (I8).

    scan.py         tests the scanner on secrets that it plants itself
"""
import base64
import os
import random
import re
import sys

# Ten digits, however they are kept apart.
DIGITS = re.compile(rb"\d(?:[ -]{0,2}\d){9,}")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
HEX = re.compile(rb"[0-9A-Fa-f]{16,}")
CODE = 10
CHUNK = 1 << 24
OVERLAP = 1 << 10


class Scanner:
    def __init__(self, codes=(), words=()):
        """codes: of ten digits.  words: (name, text or bytes); text is found
        in any case of its letters."""
        self.codes = {code.encode() for code in codes}
        self.words = [(name, re.compile(
            re.escape(w.encode()) if isinstance(w, str) else re.escape(w),
            re.I if isinstance(w, str) else 0)) for name, w in words]

    def scan(self, data):
        """[(what, disguise, offset, context)]; the offset of what is
        disguised is that of its chunk."""
        found = {}
        for begin in range(0, max(len(data), 1), CHUNK):
            chunk = data[max(0, begin - OVERLAP):begin + CHUNK]
            if chunk.count(0) == len(chunk):
                continue
            for disguise, bare in views(chunk):
                for what, at in self.hits(bare):
                    context = bytes(bare[max(0, at - 60):at + 60])
                    found.setdefault((what, disguise), (
                        what, disguise, begin + at, context))
        return list(found.values())

    def hits(self, data):
        for name, pattern in self.words:
            for m in pattern.finditer(data):
                yield name, m.start()
        if not self.codes:
            return
        for m in DIGITS.finditer(data):
            run = re.sub(rb"[ -]", b"", m.group())
            for i in range(len(run) - CODE + 1):
                if run[i:i + CODE] in self.codes:
                    yield "code " + run[i:i + CODE].decode(), m.start()


def views(data):
    yield "clear", data
    narrow = data.replace(b"\0", b"")
    yield "UTF-16", narrow
    for name, text in (("", data), (" of UTF-16", narrow)):
        yield "base64" + name, from_base64(text)
        yield "hex" + name, from_hex(text)
    once = from_base64(data)
    yield "UTF-16 in base64", once.replace(b"\0", b"")
    yield "UTF-16 in hex", from_hex(data).replace(b"\0", b"")
    yield "base64 in base64", from_base64(once)


def from_base64(data):
    """All runs, read from each of four places; a line feed between."""
    out = []
    for m in BASE64.finditer(data):
        run = m.group().replace(b"-", b"+").replace(b"_", b"/")
        for skip in range(4):
            part = run[skip:]
            part = part[:len(part) // 4 * 4 + (
                len(part) % 4 if len(part) % 4 > 1 else 0)]
            out.append(base64.b64decode(part + b"=" * (-len(part) % 4)))
    return b"\n".join(out)


def from_hex(data):
    out = []
    for m in HEX.finditer(data):
        run = m.group()
        for skip in range(2):
            part = run[skip:]
            out.append(bytes.fromhex(part[:len(part) // 2 * 2].decode()))
    return b"\n".join(out)


# The scanner's own test.

def disguises(secret):
    """Every form in which a secret may lie about."""
    raw = secret.encode()
    forms = {"clear": raw, "upper": raw.upper(), "hex": raw.hex().encode(),
             "HEX": raw.hex().upper().encode(),
             "UTF-16LE": secret.encode("utf-16-le"),
             "UTF-16BE": secret.encode("utf-16-be"),
             "hex of UTF-16LE": secret.encode("utf-16-le").hex().encode(),
             "base64 of UTF-16BE": base64.b64encode(
                 secret.encode("utf-16-be")),
             "UTF-16LE of base64": base64.b64encode(raw).decode().encode(
                 "utf-16-le")}
    for shift in range(3):
        body = b"\xfb" * shift + raw + b"\xff\xfe"
        forms[f"base64 at {shift}"] = base64.b64encode(body)
        forms[f"base64url at {shift}"] = base64.urlsafe_b64encode(
            body).rstrip(b"=")
    if secret.isdigit():
        forms["groups"] = f"{secret[:3]} {secret[3:7]} {secret[7:]}".encode()
        forms["hyphens"] = f"{secret[:5]}-{secret[5:]}".encode()
        forms["one by one"] = " ".join(secret).encode()
        forms["UTF-16 one by one"] = "-".join(secret).encode("utf-16-le")
    return forms


def test_scanner():
    rng = random.Random(1)
    code = str(rng.randrange(10 ** 9, 10 ** 10))
    word = "quxl7wzk3v@example.com"
    key = os.urandom(32)
    scanner = Scanner([code], [("address", word), ("key", key)])
    noise = rng.randbytes(1 << 18)
    assert scanner.scan(noise) == [], "something in noise"
    assert scanner.scan(b"1234567890 " * 1000) == []
    for secret, wanted in ((code, "code " + code), (word, "address")):
        for name, form in disguises(secret).items():
            for gap in (b"\0", b" ", b"\xff", b'"'):
                data = noise[:5001] + gap + form + gap + noise[5001:]
                assert any(hit[0] == wanted for hit in scanner.scan(data)), \
                    f"{secret} is not found as {name}"
    for form in (key, key.hex().encode(), base64.b64encode(b"x" + key)):
        assert [hit for hit in scanner.scan(noise + b"\0" + form)
                if hit[0] == "key"], form
    # Over the edge of two chunks.
    data = bytearray(CHUNK + 4096)
    data[CHUNK - 5:CHUNK + 5] = code.encode()
    assert len(scanner.scan(bytes(data))) >= 1, "over an edge"


if __name__ == "__main__":
    test_scanner()
    print("ok 1 - what is planted is found, and nothing else\n1..1")
    sys.exit(0)
