"""`watchword serve --sandbox` in a folder of its own, on a free port."""
import json
import os
import pathlib
import subprocess
import tempfile
import urllib.request


def environment():
    """Nothing that the program would read as a setting."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith('WATCHWORD_')}


class Server:
    """with Server(program, folder) as s: s.url, s.data, s.key"""

    def __init__(self, program, folder=None):
        self.program = program
        self.own = None
        if folder is None:
            self.own = tempfile.TemporaryDirectory()
            folder = self.own.name
        self.data = pathlib.Path(folder) / 'shop'
        self.process = None

    def run(self, *words):
        return subprocess.run([self.program, *words, '--data', self.data],
                              check=True, capture_output=True, text=True,
                              env=environment()).stdout

    def init(self):
        self.key = self.run('init').strip().removeprefix('api_key=')

    def start(self):
        self.process = subprocess.Popen(
            [self.program, 'serve', '--data', self.data, '--sandbox',
             '--listen', '127.0.0.1:0'], env=environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        line = self.process.stdout.readline()
        if not line.startswith('ready '):
            raise RuntimeError('the server did not start')
        self.url = line.split()[1]

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process.stdout.close()
        if self.own is not None:
            self.own.cleanup()

    def __enter__(self):
        try:
            self.init()
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def ask(self, path, body=None, key=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {
            'Authorization': 'Bearer ' + (key or self.key),
            'Content-Type': 'application/json'}, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def approve(self):
        """One code from the request to the receipt."""
        binding = {'amount': '129.00 EUR', 'payee': 'Example Books'}
        challenge = json.loads(self.ask('/v1/challenges', {
            'purpose': 'transaction', 'to': {'email': 'ada@example.com'},
            'binding': binding}))['id']
        answer = json.loads(self.ask(f'/v1/challenges/{challenge}/check',
                                     {'code': self.code(challenge)}))
        return answer['receipt'], binding

    def code(self, challenge):
        """From the inbox; the courier may need a moment."""
        while True:
            if self.process.poll() is not None:
                raise RuntimeError('the server has ended')
            inbox = json.loads(self.ask('/sandbox/inbox'))
            for message in inbox['messages']:
                if message['challenge'] == challenge:
                    return message['code']
