#!/usr/bin/env python3
"""A Postfix of its own for a test; see README.md in this folder."""
import json
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time

DAEMONS = pathlib.Path("/usr/lib/postfix/sbin")
POSTFIX = "/usr/sbin/postfix"

MAIN_CF = """\
compatibility_level = 3.6
command_directory = /usr/sbin
daemon_directory = {daemons}
queue_directory = {folder}/queue
data_directory = {folder}/data
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.test.example
mydestination =
mynetworks =
alias_maps =
local_recipient_maps =
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_forbid_bare_newline = reject
smtpd_recipient_restrictions =
  check_recipient_access inline:{{
    {{nobody@example.com = 550 5.1.1 no such person}},
    {{later@example.com = 450 4.2.0 come back later}} }},
  reject_unauth_destination
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_cert_file = {folder}/tls/server.pem
smtpd_tls_key_file = {folder}/tls/server.key
smtpd_tls_received_header = yes
smtpd_tls_loglevel = 1
smtp_tls_security_level = none
default_transport = error:nothing leaves this machine
virtual_transport = virtual
virtual_mailbox_domains = example.com
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:inbox/
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
"""

# service type private unpriv chroot wakeup maxproc command
MASTER_CF = """\
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""


def available():
    """None when Postfix can be started here, else why not."""
    if not (DAEMONS / "master").exists():
        return "Postfix is not installed"
    if os.geteuid() != 0:
        return "Postfix needs root"
    return None


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def openssl(*args, cwd):
    subprocess.run(["openssl", *args], cwd=cwd, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_tls(folder):
    """An authority, a certificate of it for 127.0.0.1, and a stranger."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    folder.mkdir()
    for ca in "ca", "other-ca":
        openssl("req", "-x509", *key, "-days", "2", "-subj", f"/CN=Test {ca}",
                "-keyout", f"{ca}.key", "-out", f"{ca}.pem", cwd=folder)
    openssl("req", *key, "-subj", "/CN=mail.test.example",
            "-keyout", "server.key", "-out", "server.csr", cwd=folder)
    (folder / "server.ext").write_text(
        "subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey",
            "ca.key", "-CAcreateserial", "-days", "2", "-extfile",
            "server.ext", "-out", "server.pem", cwd=folder)


class Postfix:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="postfix."))
        self.host = "127.0.0.1"
        self.port = None
        self.ca_file = self.folder / "tls/ca.pem"
        self.other_ca_file = self.folder / "tls/other-ca.pem"
        self.maildir = self.folder / "mail/inbox"
        self.log = self.folder / "mail.log"

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def postfix(self, command, check=True):
        return subprocess.run([POSTFIX, "-c", self.folder / "etc", command],
                              check=check, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)

    def configure(self):
        owner = pwd.getpwnam("postfix")
        values = {"folder": self.folder, "daemons": DAEMONS, "port": self.port,
                  "uid": owner.pw_uid, "gid": owner.pw_gid}
        (self.folder / "etc/main.cf").write_text(MAIN_CF.format(**values))
        (self.folder / "etc/master.cf").write_text(MASTER_CF.format(**values))

    def start(self):
        # The daemons run as "postfix" and pass through here.
        self.folder.chmod(0o755)
        for name in "etc", "queue", "data", "mail":
            (self.folder / name).mkdir()
        for name in "data", "mail":
            shutil.chown(self.folder / name, "postfix", "postfix")
        make_tls(self.folder / "tls")
        # Somebody may take the port between our look and Postfix's.
        for _ in range(5):
            self.port = free_port()
            self.configure()
            result = self.postfix("start", check=False)
            if result.returncode == 0 and self.answers():
                return
            self.postfix("stop", check=False)
        raise RuntimeError(f"Postfix did not start: {result.stderr}\n"
                           f"{self.read_log()}")

    def answers(self):
        for _ in range(100):
            try:
                with socket.create_connection((self.host, self.port), 5) as s:
                    return s.recv(4) == b"220 "
            except OSError:
                time.sleep(0.05)
        return False

    def stop(self):
        if (self.folder / "etc/main.cf").exists():
            self.postfix("stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def halt(self):
        """Nobody listens on the port; what is in the queue stays."""
        self.postfix("stop")

    def resume(self):
        """Listen again, on the same port; no harm where it does already."""
        self.postfix("start", check=False)
        if not self.answers():
            raise RuntimeError(f"Postfix did not come back\n{self.read_log()}")

    def read_log(self):
        return self.log.read_text() if self.log.exists() else ""

    def take_messages(self, to=None):
        """The bytes of all messages there are (to one address), taken out."""
        found = []
        mark = f"\nDelivered-To: {to}\n".encode() if to else b""
        # A file in new/ is complete: Maildir renames it there.
        for path in sorted((self.maildir / "new").glob("*")):
            raw = path.read_bytes()
            if mark in raw.partition(b"\n\n")[0] + b"\n":
                path.unlink()
                found.append(raw)
        return found

    def wait_for_message(self, to=None, seconds=20):
        """The only new message's bytes, taken out of the Maildir."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.take_messages(to)
            if len(found) > 1:
                raise AssertionError(f"{len(found)} messages instead of one")
            if found:
                return found[0]
            time.sleep(0.02)
        raise TimeoutError(f"no mail came:\n{self.read_log()}")


def main():
    why_not = available()
    if why_not:
        sys.exit(why_not)
    with Postfix() as mail:
        print(json.dumps({"host": mail.host, "port": mail.port,
                          "ca_file": str(mail.ca_file),
                          "maildir": str(mail.maildir),
                          "log": str(mail.log)}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
