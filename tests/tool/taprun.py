"""Runs the unittest cases of a module and prints TAP, which tools/tally reads.

A test file ends with `taprun.main()`.
"""
import importlib.machinery
import importlib.util
import pathlib
import sys
import traceback
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def tool(name):
    """tools/NAME as a module: the scripts have no suffix."""
    path = str(ROOT / 'tools' / name)
    module_name = 'tool_' + name.replace('-', '_')
    loader = importlib.machinery.SourceFileLoader(module_name, path)
    spec = importlib.util.spec_from_loader(module_name, loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


class TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.count = 0

    def line(self, word, test):
        self.count += 1
        print(f'{word} {self.count} - {test.id().partition(".")[2]}')

    def addSuccess(self, test):
        self.line('ok', test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.broken(test, err)

    def broken(self, test, err):
        self.line('not ok', test)
        for part in traceback.format_exception(*err):
            print(*('# ' + line for line in part.splitlines()), sep='\n')

    addError = addFailure

    def addSubTest(self, test, subtest, err):
        # Passed ones are nothing of their own; the test says when all did.
        if err is not None:
            self.failures.append((subtest, ''))
            self.broken(subtest, err)

    def addSkip(self, test, reason):
        self.count += 1
        print(f'ok {self.count} - {test.id()} # SKIP {reason}')


def main():
    sys.dont_write_bytecode = True
    suite = unittest.defaultTestLoader.loadTestsFromModule(
        sys.modules['__main__'])
    print(f'1..{suite.countTestCases()}')
    result = TapResult()
    suite.run(result)
    sys.exit(0 if not result.failures else 1)
