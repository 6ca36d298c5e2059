"""tools/features: a claim in the table that does not hold is found."""
import pathlib
import tempfile
import unittest

import taprun

features = taprun.tool('features')


class Features(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name in ('docs', 'src', 'tests'):
            (self.root / name).mkdir()
        (self.root / 'src/a.c').write_text('/* R1, S7 */\n')
        (self.root / 'tests/test_a.c').write_text('/* R1 */\n')

    def check(self, first, rows=88):
        lines = [first] + [f'| R{n} | what | | | later (Deliveries) |'
                           for n in range(2, rows + 1)]
        (self.root / 'docs/features.md').write_text('\n'.join(lines) + '\n')
        return '\n'.join(features.check(self.root))

    def test_a_true_table(self):
        self.assertEqual(self.check(
            '| R1 | what | `src/a.c` | `tests/test_a.c` | here |'), '')

    def test_a_row_is_missing(self):
        self.assertIn('missing: [88]', self.check(
            '| R1 | what | | | later (x) |', rows=87))

    def test_here_needs_files_that_exist(self):
        self.assertIn('no where', self.check('| R1 | what | | | here |'))
        self.assertIn('there is no tests/test_b.c', self.check(
            '| R1 | what | src/a.c | tests/test_b.c | here |'))

    def test_the_test_must_name_the_number(self):
        (self.root / 'tests/test_a.c').write_text('/* R11 */\n')
        self.assertIn('does not name it', self.check(
            '| R1 | what | src/a.c | tests/test_a.c | here |'))

    def test_an_unknown_status(self):
        self.assertIn('is not "here"', self.check('| R1 | what | | | soon |'))

    def test_numbers_without_a_test(self):
        self.assertEqual(features.untested(self.root), ['S7'])

    def test_a_range_names_all_in_it(self):
        self.assertEqual(features.quoted('S2 to S4, R9'),
                         {'S2', 'S3', 'S4', 'R9'})


if __name__ == '__main__':
    taprun.main()
