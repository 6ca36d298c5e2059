#!/usr/bin/env python3
"""Checks an export of Watchword's audit log without Watchword.

usage: verify.py EXPORT PUBLIC-KEYS [HEAD]

EXPORT is what `watchword audit export` printed, PUBLIC-KEYS what `watchword
keyring public` printed, got by a way that the operators of the log do not
control.  HEAD is a seal that was kept: audit.head, or an answer of
GET /v1/audit/head; the log must contain it.

Needs Python's package cryptography.  Exits 1 when the log is not whole.
"""
import datetime
import hashlib
import json
import pathlib
import struct
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MILLISECOND = datetime.timedelta(milliseconds=1)


class NotWhole(Exception):
    pass


def milliseconds(text):
    when = datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))
    return (when - EPOCH) // MILLISECOND


def audit_keys(text):
    keys = {}
    for line in text.splitlines():
        key = json.loads(line)
        if key['use'] == 'audit':
            keys[key['key']] = Ed25519PublicKey.from_public_bytes(
                bytes.fromhex(key['public']))
    return keys


def segment_hash(seal, body):
    head = struct.pack('>qqq', seal['segment'], seal['events'],
                       milliseconds(seal['sealed_at']))
    return hashlib.sha256(b'watchword segment' + head +
                          bytes.fromhex(seal['before']) + body).digest()


def check_seal(seal, body, number, before, keys):
    def demand(holds, what):
        if not holds:
            raise NotWhole(f'segment {number}: {what}')

    demand(seal['segment'] == number, 'missing, or not in its place')
    demand(seal['before'] == before, 'does not follow the one before')
    demand(seal['events'] == body.count(b'\n'), 'other number of events')
    demand(seal['hash'] == segment_hash(seal, body).hex(), 'was changed')
    demand(seal['key'] in keys, 'signed by a key that is not given')
    try:
        keys[seal['key']].verify(bytes.fromhex(seal['signature']),
                                 bytes.fromhex(seal['hash']))
    except InvalidSignature:
        demand(False, 'not signed by that key')


def check(export, keys):
    """The hashes of all segments, and how many events wait for a seal."""
    hashes, body, before = [], b'', '00' * 32
    for line in export.splitlines(keepends=True):
        if line.startswith(b'{"segment":'):
            seal = json.loads(line)
            check_seal(seal, body, len(hashes) + 1, before, keys)
            hashes.append(seal['hash'])
            body, before = b'', seal['hash']
        else:
            json.loads(line)
            body += line
    return hashes, body.count(b'\n')


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    files = [pathlib.Path(name).read_bytes() for name in sys.argv[1:]]
    try:
        hashes, waiting = check(files[0], audit_keys(files[1].decode()))
        if len(files) == 3:
            head = json.loads(files[2])
            if hashes[head['segment'] - 1:][:1] != [head['hash']]:
                raise NotWhole('the log does not contain the seal kept')
    except (NotWhole, KeyError, ValueError) as error:
        sys.exit(f'not whole: {error}')
    print(f'whole: {len(hashes)} segments; '
          f'{waiting} events are not sealed and prove nothing')


if __name__ == '__main__':
    main()
