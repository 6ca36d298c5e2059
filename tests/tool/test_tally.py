"""tools/tally: what is broken is counted, and nothing twice."""
import unittest

import taprun

tally = taprun.tool('tally')


class Tally(unittest.TestCase):
    def count(self, stdout, result='OK', returncode=0):
        count = tally.Count()
        tally.count_program(count, 'gcc', {
            'name': 'unit/x', 'stdout': stdout, 'result': result,
            'returncode': returncode})
        return count.passed, count.failed, len(count.skipped)

    def test_cases_of_tap(self):
        self.assertEqual(self.count('1..2\nok 1 - a\nok 2 - b\n'), (2, 0, 0))
        self.assertEqual(
            self.count('1..2\nok 1 - a\nnot ok 2 - b\n', 'FAIL', 1), (1, 1, 0))

    def test_skipped_is_neither(self):
        self.assertEqual(self.count('1..1\nok 1 - a # SKIP none\n'), (0, 0, 1))
        self.assertEqual(self.count('not ok 1 # SKIP a\n'), (0, 0, 1))
        self.assertEqual(self.count('not ok 1 # SKIP a\n', 'FAIL', 1),
                         (0, 1, 1))
        self.assertEqual(self.count('', 'SKIP', 77), (0, 0, 1))

    def test_a_program_without_cases_is_one(self):
        self.assertEqual(self.count(''), (1, 0, 0))
        self.assertEqual(self.count('', 'TIMEOUT', -15), (0, 1, 0))

    def test_dying_after_the_last_case_is_a_failure(self):
        self.assertEqual(self.count('ok 1 - a\n', 'FAIL', 66), (1, 1, 0))

    def test_fewer_cases_than_planned(self):
        self.assertEqual(self.count('1..3\nok 1 - a\n', 'FAIL', -11), (1, 1, 0))

    def test_node_sums_up_itself(self):
        text = ('not ok 1 - outer\n    ok 1 - inner\n# tests 5\n# pass 3\n'
                '# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n')
        self.assertEqual(self.count(text, 'FAIL', 1), (3, 2, 1))


if __name__ == '__main__':
    taprun.main()
