#!/usr/bin/env python3
"""Turns the web files into one C file with the table of web/web.h.

usage: embed.py OUTPUT PAGES ROOT FILE...

PAGES is pages.txt; ROOT is the folder of the files, FILE... are the files in
it, or in the folder vendor/ beside it.  The output depends on their bytes
only: no times, no absolute paths.

In a page, a line <!-- part NAME --> stands for the file parts/NAME.html, in
which more such lines may be.  The words of some groups are offered as modules
too.
"""

import gzip
import hashlib
import os
import re
import sys

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".png": "image/png",
}

# The groups of words that are also offered as modules.
WORDS_AS_MODULE = re.compile(r"/assets/locale/\w+/(common|authenticator)\.json$")


def read_pages(path):
    """file name -> (URL path, sandbox only?, macro of the policy)"""
    pages = {}
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            fields = line.split("#")[0].split()
            if not fields:
                continue
            if not 3 <= len(fields) <= 4 or \
                    fields[2] not in ("always", "sandbox"):
                sys.exit(f"{path}:{number}: want PATH FILE always|sandbox "
                         "[POLICY]")
            policy = fields[3] if len(fields) == 4 else "page"
            pages[fields[1]] = (fields[0], fields[2] == "sandbox",
                                "WEB_CSP_" + policy.upper())
    return pages


def c_string(text):
    if not text.isascii() or not text.isprintable():
        sys.exit(f"not printable ASCII: {text!r}")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def c_array(name, data):
    rows = []
    for at in range(0, len(data), 16):
        rows.append("\t" + ", ".join(str(b) for b in data[at:at + 16]) + ",")
    return (f"static const unsigned char {name}[] = {{\n"
            + "\n".join(rows) + "\n};\n")


def c_bytes(name, data):
    if not data:
        return "{NULL, 0}"
    return f"{{(const char *){name}, sizeof({name})}}"


def c_bool(value):
    return "true" if value else "false"


def relative(file, root):
    """The name of a file; those of vendor/ are found beside root."""
    name = os.path.relpath(file, root).replace(os.sep, "/")
    return name.removeprefix("../") if name.startswith("../vendor/") else name


def read(root, name):
    beside = ".." if name.startswith("vendor/") else "."
    with open(os.path.join(root, beside, name), "rb") as handle:
        return handle.read()


def page(root, name, depth=0):
    """The bytes of a page, its parts filled in."""
    if depth > 4:
        sys.exit(f"{name}: parts in parts without end")
    return re.sub(
        rb"^<!-- part ([a-z-]+) -->\n",
        lambda at: page(root, f"parts/{at[1].decode()}.html", depth + 1),
        read(root, name), flags=re.MULTILINE)


def etag(body):
    return 'W/"' + hashlib.sha256(body).hexdigest()[:24] + '"'


def load(root, name, pages):
    body = page(root, name) if name in pages else read(root, name)
    if not body:
        sys.exit(f"{name}: empty")
    kind = CONTENT_TYPES.get(os.path.splitext(name)[1])
    if kind is None:
        sys.exit(f"{name}: no content type for it")
    path, sandbox, policy = pages.get(name, ("/assets/" + name, False, None))
    packed = gzip.compress(body, compresslevel=9, mtime=0)
    return {
        "path": path,
        "type": kind,
        "etag": etag(body),
        "body": body,
        "gzip": packed if len(packed) < len(body) else b"",
        "policy": policy,
        "page": policy is not None,
        "sandbox": sandbox,
    }


def as_module(file):
    """The words of a group as a module, for a page that may not fetch."""
    body = b"export default " + file["body"].rstrip() + b";\n"
    return file | {
        "path": file["path"].removesuffix(".json") + ".js",
        "type": CONTENT_TYPES[".js"],
        "etag": etag(body),
        "body": body,
        "gzip": gzip.compress(body, compresslevel=9, mtime=0),
    }


def main(output, pages_path, root, files):
    pages = read_pages(pages_path)
    names = [relative(file, root) for file in files]
    for name in pages:
        if name not in names:
            sys.exit(f"{pages_path}: {name} is not among the files")
    table = [load(root, name, pages) for name in names
             if not name.startswith("parts/")]
    table += [as_module(file) for file in table
              if WORDS_AS_MODULE.match(file["path"])]
    table.sort(key=lambda file: file["path"].encode())

    parts = ["/* Made by embed.py from src/web/files. */\n",
             '#include "web/web.h"\n\n']
    rows = []
    for number, file in enumerate(table):
        parts.append(c_array(f"body_{number}", file["body"]))
        if file["gzip"]:
            parts.append(c_array(f"gzip_{number}", file["gzip"]))
        rows.append(
            "\t{\n"
            f"\t\tSTR_INIT({c_string(file['path'])}),\n"
            f"\t\tSTR_INIT({c_string(file['type'])}),\n"
            f"\t\tSTR_INIT({c_string(file['etag'])}),\n"
            f"\t\t{c_bytes(f'body_{number}', file['body'])},\n"
            f"\t\t{c_bytes(f'gzip_{number}', file['gzip'])},\n"
            f"\t\tSTR_INIT({file['policy'] or c_string('')}),\n"
            f"\t\t{c_bool(file['page'])},\n"
            f"\t\t{c_bool(file['sandbox'])},\n"
            "\t},\n")
    parts.append("\nconst struct web_file web_files[] = {\n"
                 + "".join(rows) + "};\n\n"
                 "const size_t web_files_n =\n"
                 "    sizeof(web_files) / sizeof(web_files[0]);\n")
    with open(output, "w", encoding="ascii") as handle:
        handle.write("".join(parts))


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
