"""The smaller tools: each can fail."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import taprun

cleanup = taprun.tool('cleanup')
headers = taprun.tool('headers')
manpages = taprun.tool('manpages')
purity = taprun.tool('purity')
sizes = taprun.tool('sizes')
symbols = taprun.tool('symbols')

PAGE = '''.Dd $Mdocdate$
.Dt X 1
.Os
.Sh NAME
.Nm x
.Nd a page
'''


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


class Headers(InFolder):
    def check(self, text):
        self.write('src/base/a.h', text)
        return headers.check(self.root, self.root / 'build', ['base/a.h'])

    def test_alone(self):
        self.assertEqual(self.check(
            '#ifndef A\n#define A\n#include <stddef.h>\nsize_t f(void);\n'
            '#endif\n'), [])

    def test_leans_on_another(self):
        self.assertIn('bool', self.check(
            '#ifndef A\n#define A\nbool f(void);\n#endif\n')[0])

    def test_no_guard(self):
        self.assertIn('redefinition', self.check('struct a { int b; };\n')[0])


class Cleanup(InFolder):
    def check(self, line):
        self.write('src/base/a.c', line)
        return cleanup.check(self.root)

    def test_initialised(self):
        for line in ('struct buf CLEANUP(buf_done) b = {0};',
                     'char *CLEANUP(wipe) p = NULL;',
                     '#define CLEANUP(fn) __attribute__((cleanup(fn)))'):
            self.assertEqual(self.check(line), [])

    def test_bare(self):
        for line in ('struct buf CLEANUP(buf_done) b;',
                     'char CLEANUP(wipe) *b;', 'char CLEANUP(wipe) b[9];',
                     'struct buf CLEANUP(buf_done) b, c = {0};'):
            self.assertEqual(self.check(line),
                             ['src/base/a.c:1: b is not initialised'])


class Purity(InFolder):
    def check(self, layer, code):
        source = self.write('a.c', code)
        target = self.root / 'src' / layer / 'a.c.o'
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(['gcc', '-c', '-o', target, source], check=True)
        allow = (taprun.ROOT / 'tools/purity.allow').read_text()
        return purity.check(self.root, purity.read_allow(allow))

    def test_memcmp_is_pure(self):
        code = ('#include <string.h>\nint f(const char *a, const char *b);\n'
                'int f(const char *a, const char *b)'
                '{ return memcmp(a, b, 99); }\n')
        self.assertEqual(self.check('domain', code), ([], 1))

    def test_what_is_not(self):
        for name in ('malloc', 'puts', 'getenv', 'read', 'clock_now',
                     'rng_bytes', 'log_event', 'store_submit'):
            wrong, _ = self.check('domain',
                                  f'void {name}(void);\nvoid f(void);\n'
                                  f'void f(void) {{ {name}(); }}\n')
            self.assertEqual(len(wrong), 1, name)
            self.assertIn(f'may not call {name}', wrong[0])

    def test_hmac_is_for_otp_only(self):
        code = ('void hmac_sha1(void);\nvoid f(void);\n'
                'void f(void) { hmac_sha1(); }\n')
        self.assertEqual(self.check('otp', code), ([], 1))
        self.assertEqual(len(self.check('domain', code)[0]), 1)


class Symbols(InFolder):
    def library(self, name, **files):
        """DIR/src/NAME of these files, thin as meson makes them."""
        target = self.root / 'src' / name
        objects = []
        for stem, code in files.items():
            source = self.write(f'{target.parent}/{stem}.c', code)
            objects.append(source.with_suffix('.c.o'))
            subprocess.run(['gcc', '-c', '-o', objects[-1], source],
                           check=True)
        subprocess.run(['ar', 'csrDT', target, *objects], check=True)

    def check(self):
        return symbols.twice(symbols.read(self.root))

    def test_two_layers(self):
        self.library('base/a.a', x='int f; static int g;')
        self.library('flow/b.a', y='static int g; int h;')
        self.assertEqual(self.check(), [])
        self.library('http/c.a', z='int f(void) { return 0; }')
        self.assertEqual(self.check(),
                         ['f is defined in base/x.c and in http/z.c'])

    def test_two_files_of_a_layer(self):
        self.library('base/a.a', x='const int f = 1;',
                     y='const int f = 2;')
        self.assertEqual(self.check(),
                         ['f is defined in base/x.c and in base/y.c'])

    def test_an_object_in_two_libraries(self):
        self.library('base/a.a', x='int f;')
        self.library('base/b.a', x='int f;')
        self.assertEqual(self.check(), [])

    def test_names(self):
        self.library('store/a.a', challenges='int challenge_row, store_a, '
                     'row_of;')
        self.assertEqual(list(symbols.strangers(symbols.read(self.root))),
                         ['store/challenges.c: row_of'])

    def test_nothing_there(self):
        done = subprocess.run(
            [taprun.ROOT / 'tools/symbols', '--build', self.root],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn('build first', done.stdout)


class Sizes(InFolder):
    def function(self, lines):
        return 'static void\nf(void)\n{\n' + '\ta();\n' * (lines - 2) + '}\n'

    def test_a_function_of_70_and_of_71(self):
        self.write('src/base/a.c', self.function(70))
        self.assertEqual(sizes.check(self.root)[1], [])
        self.write('src/base/a.c', self.function(71))
        self.assertIn('src/base/a.c f: 71 lines',
                      sizes.check(self.root)[1][0])

    def test_a_file_past_its_limit_needs_a_reason(self):
        self.write('src/base/a.h', '\n' * 201)
        self.assertEqual(len(sizes.check(self.root)[1]), 1)
        self.write('tools/sizes.reasons', 'src/base/a.h:\n')
        self.assertEqual(len(sizes.check(self.root)[1]), 2)
        self.write('tools/sizes.reasons', 'src/base/a.h: one table\n')
        self.assertEqual(sizes.check(self.root)[1], [])

    def test_a_reason_for_nothing(self):
        self.write('tools/sizes.reasons', 'src/base/a.h: gone\n')
        self.assertIn('needs none', sizes.check(self.root)[1][0])


class Manpages(InFolder):
    HELP = 'usage: x\n\ncommands:\n  init    make\n  serve   run\n\nmore\n'

    def test_the_commands_of_a_help_text(self):
        self.assertEqual(manpages.commands(self.HELP), ['init', 'serve'])

    def test_a_command_without_a_page(self):
        for name in ('watchword', 'watchword-init'):
            self.write(f'man/{name}.1', PAGE)
        wrong = manpages.without_page(self.HELP, self.root / 'man')
        self.assertEqual(wrong, ['no man/watchword-serve.1'])

    def test_a_help_text_without_commands(self):
        self.assertEqual(len(manpages.without_page('?', self.root)), 1)

    def test_a_page_that_lacks_a_section_or_an_option(self):
        usage = 'usage: watchword x --data DIR [--json]\n\nexample: --no\n'
        whole = PAGE + ''.join(f'.Sh {name}\n' for name in
                               manpages.SECTIONS) + '.Fl Fl data Fl Fl json\n'
        page = self.write('x.1', whole)
        self.assertEqual(list(manpages.incomplete('x', page, usage)), [])
        page.write_text(whole.replace('.Sh FILES\n', '')
                        .replace('Fl Fl json', ''))
        self.assertEqual(list(manpages.incomplete('x', page, usage)),
                         ['x.1: no section FILES',
                          'x.1: does not name --json'])

    @unittest.skipUnless(shutil.which('mandoc'), 'no mandoc')
    def test_mandoc_complains(self):
        page = self.write('x.1', PAGE)
        self.assertEqual(manpages.lint([page]), [])
        page.write_text(PAGE + '.Sh DESCRIPTION\n.Xx nonsense\n')
        self.assertNotEqual(manpages.lint([page]), [])


class CleanTree(InFolder):
    def run_tool(self, *args):
        return subprocess.run([self.root / 'tools/clean-tree', *args],
                              capture_output=True, text=True, check=False)

    def setUp(self):
        super().setUp()
        (self.root / 'tools').mkdir()
        shutil.copy(taprun.ROOT / 'tools/clean-tree', self.root / 'tools')
        self.write('src/a.c', 'int a;\n')

    def compare(self):
        """What it says after a build and after a stray file."""
        before = self.write('build/before', self.run_tool().stdout)
        self.write('build/a.o', 'x')
        self.assertEqual(self.run_tool(before).returncode, 0)
        self.write('src/a.c.orig', 'x')
        self.assertEqual(self.run_tool(before).returncode, 1)

    def test_an_exported_tree(self):
        self.compare()

    @unittest.skipUnless(shutil.which('git'), 'no git')
    def test_a_repository(self):
        self.write('.gitignore', '/build\n')
        for words in (['init', '-q'], ['add', '.'],
                      ['-c', 'user.name=x', '-c', 'user.email=x@example.com',
                       'commit', '-qm', 'x']):
            subprocess.run(['git', '-C', self.root, *words], check=True)
        self.compare()


if __name__ == '__main__':
    taprun.main()
