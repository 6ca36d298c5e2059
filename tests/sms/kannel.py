"""Debian's Kannel for a test: bearerbox, smsbox and the fake SMSC.

Everything in a temporary folder and on free loopback ports; nothing of the
system's own Kannel is touched.  See README.md in this folder.
"""
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

FAKESMSC = "/usr/lib/kannel/test/fakesmsc"
USER, PASSWORD = "shop", "kannel-secret"

CONF = """\
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = none
smsbox-port = {smsbox}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
box-deny-ip = "*.*.*.*"
log-file = "{folder}/bearerbox.log"
log-level = 0
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = fake
port = {smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
log-file = "{folder}/smsbox.log"
log-level = 0

group = sendsms-user
username = {user}
password = {password}
user-deny-ip = "*.*.*.*"
user-allow-ip = "127.0.0.1"
max-messages = 1

group = sms-service
keyword = default
max-messages = 0
text = ""
"""


def available():
    """None when Kannel is installed, else why not."""
    for program in "/usr/sbin/bearerbox", "/usr/sbin/smsbox", FAKESMSC:
        if not shutil.which(program):
            return f"{program} is not installed"
    return None


def free_ports(n):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


class Kannel:
    def __init__(self):
        self.place = tempfile.TemporaryDirectory(prefix="watchword-kannel.")
        self.folder = pathlib.Path(self.place.name)
        self.processes = []
        admin, smsbox, self.smsc, self.port = free_ports(4)
        self.conf = self.folder / "kannel.conf"
        self.conf.write_text(CONF.format(
            admin=admin, smsbox=smsbox, smsc=self.smsc, sendsms=self.port,
            folder=self.folder, user=USER, password=PASSWORD))
        self.smsbox_port = smsbox
        self.url = f"http://127.0.0.1:{self.port}/cgi-bin/sendsms"
        self.out = self.folder / "fakesmsc.log"

    def run(self, name, *words):
        with (self.folder / f"{name}.out").open("wb") as out:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL,
                                       stdout=out, stderr=out,
                                       cwd=self.folder)
        self.processes.append(process)
        return process

    def wait_for_port(self, port, process):
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(self.logs()) from None
                time.sleep(0.05)

    def wait_for_log(self, file, pattern, seconds=20):
        """The last match of pattern in a file of this folder."""
        deadline = time.monotonic() + seconds
        path = self.folder / file
        while True:
            text = path.read_bytes().decode("utf-8", "replace") \
                if path.exists() else ""
            found = list(re.finditer(pattern, text, re.S))
            if found:
                return found[-1]
            if time.monotonic() > deadline:
                raise TimeoutError(f"{pattern}\n{self.logs()}")
            time.sleep(0.05)

    def __enter__(self):
        try:
            box = self.run("bearerbox", "/usr/sbin/bearerbox", self.conf)
            self.wait_for_port(self.smsbox_port, box)
            self.fake = self.run("fakesmsc", FAKESMSC, "-H", "127.0.0.1", "-r",
                                 str(self.smsc), "-m", "0", "1 2 text -")
            self.wait_for_log("bearerbox.log", "client connected|smsc_fake.*connected|"
                              "fakesmsc.*connect|FAKE.*[Cc]onnect")
            sender = self.run("smsbox", "/usr/sbin/smsbox", self.conf)
            self.wait_for_port(self.port, sender)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self.place.cleanup()

    def logs(self):
        return "\n".join(f"== {file.name}\n{file.read_text(errors='replace')[-3000:]}"
                         for file in sorted(self.folder.iterdir())
                         if file.is_file())
