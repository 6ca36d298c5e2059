"""tools/layers: every rule of src/LAYERS can fail."""
import pathlib
import tempfile
import unittest

import taprun

layers = taprun.tool('layers')


class Layers(unittest.TestCase):
    def wrong(self, name, include):
        """What the tool says about src/NAME holding one #include."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            path = root / 'src' / name
            path.parent.mkdir(parents=True)
            path.write_text(f'/* why */\n#include {include}\n')
            (root / 'src/LAYERS').write_text(
                (taprun.ROOT / 'src/LAYERS').read_text())
            return '\n'.join(layers.check(root))

    def test_downwards_is_allowed(self):
        self.assertEqual(self.wrong('flow/check.c', '"domain/challenge.h"'), '')
        self.assertEqual(self.wrong('otp/totp.c', '"otp/hotp.h"'), '')

    def test_upwards_names_file_line_and_rule(self):
        self.assertEqual(
            self.wrong('base/str.c', '"crypto/hmac.h"'),
            'src/base/str.c:2: crypto/hmac.h: '
            'base may include: nothing but itself')

    def test_flow_sees_the_store_by_its_own_headers_only(self):
        self.assertEqual(self.wrong('flow/a.c', '"store/store.h"'), '')
        self.assertIn('flow may', self.wrong('flow/a.c', '"store/sqlite/x.h"'))

    def test_flow_sees_one_header_of_channel(self):
        self.assertEqual(self.wrong('flow/a.c', '"channel/channel.h"'), '')
        self.assertIn('flow may', self.wrong('flow/a.c', '"channel/email.h"'))

    def test_nobody_but_api_and_app_includes_web(self):
        for layer in ('base', 'flow', 'http', 'store'):
            self.assertIn('may include',
                          self.wrong(f'{layer}/a.c', '"web/assets.h"'))
        self.assertEqual(self.wrong('api/a.c', '"web/assets.h"'), '')

    def test_a_library_has_one_home(self):
        self.assertEqual(self.wrong('store/sqlite/a.c', '<sqlite3.h>'), '')
        self.assertIn('only store/sqlite may',
                      self.wrong('store/postgres/a.c', '<sqlite3.h>'))
        self.assertIn('only crypto may', self.wrong('http/a.c', '<sodium.h>'))

    def test_an_unknown_library_needs_a_home(self):
        self.assertIn('without a home', self.wrong('net/a.c', '<zlib.h>'))
        self.assertEqual(self.wrong('net/a.c', '<sys/socket.h>'), '')

    def test_paths_start_at_src(self):
        self.assertIn('layer/file.h', self.wrong('flow/a.c', '"a.h"'))

    def test_a_folder_that_no_rule_names(self):
        self.assertIn('no layer', self.wrong('extra/a.c', '"base/str.h"'))


if __name__ == '__main__':
    taprun.main()
