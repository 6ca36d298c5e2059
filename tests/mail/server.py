"""A real `watchword serve` of this build that sends through a Postfix.

Not the sandbox: what these tests see is what an installation does.
"""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

FROM = "code@shop.example"


class Server:
    """An installation in a folder of its own; gone with the `with`."""

    def __init__(self, binary, mail, ca_file=None):
        self.binary = binary
        self.folder = tempfile.TemporaryDirectory(prefix="watchword-mail.")
        self.data = pathlib.Path(self.folder.name) / "data"
        self.config = pathlib.Path(self.folder.name) / "watchword.conf"
        self.log = pathlib.Path(self.folder.name) / "log"
        self.config.write_text(
            "[mail]\n"
            f"host = {mail.host}\nport = {mail.port}\nsecurity = starttls\n"
            f"ca_file = {ca_file or mail.ca_file}\nfrom = {FROM}\n")
        self.listen = "127.0.0.1:0"
        self.process = None
        self.url = None
        self.key = self.command("init").removeprefix("api_key=")

    def command(self, *words):
        """A subcommand's output; CalledProcessError unless it exits with 0."""
        return subprocess.run(
            [self.binary, *words, "--data", self.data, "--config",
             self.config], check=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True).stdout.strip()

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.folder.cleanup()
            raise
        return self

    def __exit__(self, *_):
        try:
            if self.process:
                self.stop()
        finally:
            self.folder.cleanup()

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--data", self.data, "--config",
                 self.config, "--listen", self.listen],
                stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline().split()
        if line[:1] != ["ready"]:
            self.end(signal.SIGKILL)
            raise RuntimeError(f"serve did not start:\n{self.log.read_text()}")
        self.url = line[1].rstrip("/")

    def end(self, number):
        process, self.process = self.process, None
        process.send_signal(number)
        status = process.wait(60)
        process.stdout.close()
        return status

    def stop(self):
        status = self.end(signal.SIGTERM)
        if status != 0:
            raise RuntimeError(f"exit {status} after SIGTERM:\n"
                               f"{self.log.read_text()}")

    def kill(self):
        self.end(signal.SIGKILL)

    def ask(self, method, path, body=None):
        """(status, decoded answer)"""
        request = urllib.request.Request(
            self.url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}",
                     "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def create(self, to, purpose="sign_in", **more):
        status, answer = self.ask("POST", "/v1/challenges", {
            "purpose": purpose, "to": {"email": to}, "channel": "email",
            **more})
        if status != 201:
            raise AssertionError(f"{status} {answer}")
        return answer

    def message(self, challenge):
        """The only message of a challenge, as the API tells it."""
        status, answer = self.ask("GET", f"/v1/challenges/{challenge}")
        if status != 200:
            raise AssertionError(f"{status} {answer}")
        message, = answer["messages"]
        return message

    def wait_for(self, challenge, condition, seconds=20):
        """The message of a challenge as soon as it meets the condition."""
        deadline = time.monotonic() + seconds
        while True:
            message = self.message(challenge)
            if condition(message):
                return message
            if time.monotonic() > deadline:
                raise TimeoutError(f"{message}\n{self.log.read_text()}")
            time.sleep(0.02)

    def audit(self):
        """Every event, oldest first; the chain has been verified."""
        self.command("audit", "verify")
        return [json.loads(line)
                for line in self.command("audit", "export").splitlines()]

    def message_events(self, challenge):
        """What the audit log says about the messages of a challenge."""
        return [e["event"] for e in self.audit()
                if e.get("challenge") == challenge
                and e["event"].startswith("message.")]


def missing(binary):
    """None when there is a server to test, else why not."""
    return None if os.access(binary, os.X_OK) else f"{binary} is not built"
