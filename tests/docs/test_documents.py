"""What the documents list is what the source has, and links lead somewhere.

usage: test_documents.py PROGRAM
"""
import json
import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'tool')]

import taprun                           # noqa: E402
from server import Server, environment  # noqa: E402

ROOT = taprun.ROOT
LINK = re.compile(r'\[[^\]\n]*\]\(([^)\s]+)\)')
FENCE = re.compile(r'^```.*?^```', re.M | re.S)


def text(path):
    return (ROOT / path).read_text()


def rows(document, pattern):
    """The first groups of pattern in the lines of a table."""
    return re.findall(r'^\| *' + pattern, text(document), re.M)


def documents():
    folders = ['docs', 'examples', 'src', 'tests', 'tools']
    found = list(ROOT.glob('*.md'))
    for folder in folders:
        found += (ROOT / folder).rglob('*.md')
    return sorted(p for p in found if 'node_modules' not in p.parts)


def anchor(heading):
    """As the usual renderers make it from a heading."""
    kept = re.sub(r'[^\w\- ]', '', heading.lower())
    return kept.replace(' ', '-')


def anchors(path):
    plain = FENCE.sub('', path.read_text())
    return {anchor(h) for h in re.findall(r'^#+ +(.*)$', plain, re.M)}


def broken_links(path):
    for target in LINK.findall(FENCE.sub('', path.read_text())):
        if re.match(r'[a-z]+:', target):
            continue
        file, _, name = target.partition('#')
        there = path if file == '' else path.parent / file
        if not there.exists():
            yield f'{path.relative_to(ROOT)}: no {target}'
        elif name and name not in anchors(there):
            yield f'{path.relative_to(ROOT)}: no heading for {target}'


class Links(unittest.TestCase):
    def test_links_resolve(self):
        wrong = [w for path in documents() for w in broken_links(path)]
        self.assertEqual(wrong, [])

    def test_a_broken_link_is_seen(self):
        path = ROOT / 'tests' / 'docs' / 'README.md'
        self.assertEqual(list(broken_links(path)), [])
        self.assertNotIn('no-such-heading', anchors(path))
        self.assertIn('the-documents', anchors(path))

    def test_every_document_is_in_the_index(self):
        index = text('docs/README.md')
        for path in (ROOT / 'docs').glob('*.md'):
            if path.name != 'README.md':
                self.assertIn(f'({path.name})', index)

    def test_every_decision_is_in_its_index(self):
        index = text('docs/decisions/README.md')
        for path in (ROOT / 'docs/decisions').glob('[0-9]*.md'):
            self.assertIn(f'({path.name})', index)

    def test_files_that_are_named_exist(self):
        # In backquotes: paths from the root, and from src/ in the tour.
        for name in ('ARCHITECTURE.md', 'SECURITY.md', 'README.md',
                     'docs/operations.md'):
            for path in re.findall(r'`((?:src|tests|tools|docs|packaging|'
                                   r'examples)/[\w./-]+)`', text(name)):
                if 'XX' not in path and 'NNNN' not in path and \
                        'LAYER' not in path and 'NAME' not in path:
                    self.assertTrue((ROOT / path).exists(),
                                    f'{name}: {path}')
        layers = '|'.join(p.name for p in (ROOT / 'src').iterdir()
                          if p.is_dir())
        for path in re.findall(rf'`((?:{layers})/[\w./]+\.[ch])`',
                               text('ARCHITECTURE.md')):
            self.assertTrue((ROOT / 'src' / path).exists(), path)

    def test_headings_that_the_program_names_exist(self):
        named = re.findall(r'(docs/\w+\.md), \\"([^"\\]+)\\"',
                           Lists.source())
        self.assertNotEqual(named, [])
        for path, heading in named:
            self.assertIn(anchor(heading), anchors(ROOT / path))

    def test_functions_of_the_tour_exist(self):
        for path, function in re.findall(r'`([\w/]+\.c)` `(\w+)`',
                                         text('ARCHITECTURE.md')):
            self.assertTrue(re.search(rf'^{function}\(', text('src/' + path),
                                      re.M), f'no {function} in {path}')


class Lists(unittest.TestCase):
    def test_settings(self):
        settings = re.findall(r'^CONFIG\((\w+), (\w+),',
                              text('src/config/config.def'), re.M)
        page = text('docs/man/watchword.conf.5')
        self.assertGreater(len(settings), 20)
        for section, key in settings:
            self.assertIn(f'.Ss [{section}]', page)
            self.assertIn(f'.It Ic {key}\n', page)

    def test_events(self):
        events = re.findall(r'^EVENT\(\w+,\s*"([\w.]+)"\)',
                            text('src/flow/events.def'), re.M)
        self.assertEqual(rows('docs/audit.md', r'`([a-z_]+\.[a-z_]+)`'),
                         events)

    def test_problems(self):
        problems = re.findall(r'^PROBLEM\(\w+, (\w+), (\d+)',
                              text('src/http/problems.def'), re.M)
        listed = re.findall(r'^### (\w+)\n\n(\d+)\b', text('docs/errors.md'),
                            re.M)
        self.assertEqual(listed, problems)

    def test_layers(self):
        table = dict(re.findall(r'^(\w+): *(.*)$',
                                text('src/LAYERS').partition('[libraries]')[0],
                                re.M))
        tour = text('ARCHITECTURE.md').partition('\n## Layers\n')[2]
        listed = dict(re.findall(r'^\| `(\w+)` \|[^|]*\| *([^|]*?) *\|$',
                                 tour.partition('\n## ')[0], re.M))
        self.assertEqual(set(listed), set(table))
        for layer, may in listed.items():
            if may != 'all above':
                self.assertEqual(may, ' '.join(table[layer].split()), layer)

    def test_purpose_settings(self):
        found = re.findall(
            r'^PURPOSE_SETTING\((\w+),\s*"(\w+)",[^,]*,\s*\w+,\s*(\d+),'
            r'\s*(\d+),\s*(\d+)\)', text('src/domain/policy.def'), re.M)
        keys = list(dict.fromkeys(row[1] for row in found))
        lines = text('docs/policy.md').splitlines()
        head = '| purpose | ' + ' | '.join(f'`{k}`' for k in keys) + ' |'
        self.assertIn(head, lines)
        for purpose in dict.fromkeys(row[0] for row in found):
            cells = [f'{d} ({low}-{high})' for p, _, d, low, high in found
                     if p == purpose]
            self.assertIn(f'| `{purpose.lower()}` | ' + ' | '.join(cells) +
                          ' |', lines)

    def test_limit_settings(self):
        found = re.findall(
            r'^(?:LIMIT|GUARD)_SETTING\("(\w+)",\s*[\w.\[\]]+,\s*\w+,\s*(\d+),\s*(\d+),'
            r'\s*(\d+)\)', text('src/domain/policy.def'), re.M)
        self.assertEqual(
            rows('docs/policy.md', r'`(\w+)` \| (\d+) \| (\d+)-(\d+) \|'),
            found)

    def test_signals(self):
        """Name, type and meaning of each, and all of them."""
        kinds = {'SWITCH': 'a switch', 'COUNT': 'a number',
                 'NUMBER': 'a number', 'MONEY': 'an amount', 'WORD': 'a word'}
        found = re.findall(r'^(SWITCH|COUNT|NUMBER|MONEY|WORD)\((\w+),\s*'
                           r'(?:\d+,\s*)?"([^"]+)"\)',
                           text('src/domain/signal.def'), re.M)
        self.assertGreater(len(found), 20)
        self.assertEqual(
            rows('docs/rules.md', r'`(\w+)` \| (an? \w+) \| ([^|]+) \|'),
            [(name, kinds[kind], about) for kind, name, about in found])

    def test_log_events(self):
        logged = set(re.findall(r'log_event\([^;]*?"([a-z]+\.[a-z_]+)"',
                                self.source()))
        logged |= set(re.findall(r'"(keeper\.[a-z_]+)"', self.source()))
        logged.add('store.sync_failed')
        page = text('docs/operations.md')
        self.assertEqual({name for name in logged if f'`{name}`' not in page},
                         set())

    def test_metrics(self):
        with Server(sys.argv[1]) as server:
            shown = set(re.findall(r'^# TYPE (\w+) (\w+)$',
                                   server.ask('/metrics'), re.M))
        self.assertEqual(set(rows('docs/operations.md',
                                  r'`(watchword_\w+)` \| (\w+) \|')), shown)

    @staticmethod
    def source():
        return '\n'.join(path.read_text()
                         for path in (ROOT / 'src').rglob('*.c'))


class Words(unittest.TestCase):
    def test_no_path_of_somebodys_machine(self):
        for path in documents() + sorted((ROOT / 'docs/man').iterdir()):
            self.assertNotRegex(path.read_text(), r'/(work|home|root)/',
                                str(path))

    def test_commands_that_documents_show_exist(self):
        done = subprocess.run([sys.argv[1], '--help'], text=True, check=True,
                              capture_output=True, env=environment())
        known = set(re.findall(r'^  (\w+) ', done.stdout, re.M)) | {'help'}
        self.assertGreater(len(known), 10)
        for path in documents():
            shown = re.findall(r'(?:^ +|`)watchword (?!cell)([a-z]+)\b',
                               path.read_text(), re.M)
            self.assertEqual(set(shown) - known, set(), str(path))

    def test_openapi_is_json(self):
        self.assertIn('openapi', json.loads(text('docs/openapi.json')))


if __name__ == '__main__':
    taprun.main()
