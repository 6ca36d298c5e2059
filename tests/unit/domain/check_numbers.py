#!/usr/bin/python3
"""usage: test_numbers.py NUMBER_SAY

Our table of numbers against the library whose metadata it is made of: its own
example of each kind in each country, and numbers drawn at random that it calls
valid.  Another program reads the same metadata, so neither the making of the
table nor the looking up in it is trusted to itself.
"""
import random
import subprocess
import sys
import unittest

try:
    import phonenumbers
    from phonenumbers import PhoneNumberType as Type
except ImportError:
    print("skipped: python3-phonenumbers is not installed")
    sys.exit(77)

KINDS = {'MOBILE': {'mobile', 'either'}, 'FIXED_LINE': {'fixed', 'either'},
         'FIXED_LINE_OR_MOBILE': {'either', 'mobile', 'fixed'}}
DEAR = ('PREMIUM_RATE', 'SHARED_COST', 'PERSONAL_NUMBER')
SAY = sys.argv.pop(1)


def say(numbers):
    out = subprocess.run([SAY], input='\n'.join(numbers) + '\n', text=True,
                         capture_output=True, check=True).stdout
    rows = [line.split() for line in out.splitlines()]
    return {number: rest for number, *rest in rows}


def e164(n):
    return phonenumbers.format_number(n, phonenumbers.PhoneNumberFormat.E164)


def examples(kind):
    found = {}
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        n = phonenumbers.example_number_for_type(region, getattr(Type, kind))
        if n is not None and 8 <= len(e164(n)) <= 16:
            found[e164(n)] = phonenumbers.region_code_for_number(n)
    return found


class Numbers(unittest.TestCase):
    def test_examples(self):
        for kind, kinds in KINDS.items():
            wanted = examples(kind)
            self.assertGreater(len(wanted), 200 if kind !=
                               'FIXED_LINE_OR_MOBILE' else 20)
            for number, (region, found, possible) in say(wanted).items():
                with self.subTest(number=number, kind=kind):
                    self.assertEqual(region, wanted[number])
                    self.assertIn(found, kinds)
                    self.assertEqual(possible, 'possible')

    def test_dear(self):                                            # S39
        for kind in DEAR:
            for number, (_, found, _) in say(examples(kind)).items():
                with self.subTest(number=number, kind=kind):
                    self.assertEqual(found, 'dear')

    def test_nowhere(self):
        for code in (870, 878, 881, 882, 883, 979):
            n = phonenumbers.example_number_for_non_geo_entity(code)
            if n is not None:
                self.assertEqual(say([e164(n)])[e164(n)][:2],
                                 ['ZZ', 'dear'])

    def test_drawn(self):
        draw = random.Random(2039)
        drawn = {}
        codes = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
        while len(drawn) < 600:
            text = f'+{draw.choice(codes)}' + ''.join(
                draw.choice('0123456789') for _ in range(draw.randint(7, 11)))
            if len(text) > 16:
                continue
            n = phonenumbers.parse(text)
            if e164(n) == text and phonenumbers.is_valid_number(n):
                drawn[text] = n
        wrong = dear = 0
        for number, (region, kind, possible) in say(drawn).items():
            n = drawn[number]
            self.assertEqual(possible, 'possible', number)
            wrong += region.replace('ZZ', '001') != \
                phonenumbers.region_code_for_number(n)
            dear += kind == 'dear' and region != 'ZZ' and phonenumbers.number_type(n) in (
                Type.MOBILE, Type.FIXED_LINE, Type.FIXED_LINE_OR_MOBILE)
        self.assertLess(wrong, 6)      # ranges that countries share
        self.assertEqual(dear, 0)


if __name__ == '__main__':
    unittest.main()
