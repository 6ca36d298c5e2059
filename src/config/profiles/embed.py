#!/usr/bin/env python3
"""Writes the profiles as C arrays: embed.py FILE... > provider_profiles.c"""
import pathlib
import sys

files = [pathlib.Path(name) for name in sys.argv[1:]]
print('#include "config/profiles.h"\n')
for n, file in enumerate(files):
    data = file.read_bytes()
    print(f"static const unsigned char text_{n}[] = {{")
    for i in range(0, len(data), 16):
        print("\t" + " ".join(f"{b}," for b in data[i:i + 16]))
    print("};\n")
print("const struct profile profiles[] = {")
for n, file in enumerate(files):
    print(f'\t{{"{file.stem}", text_{n}, sizeof(text_{n})}},')
print("};\nconst size_t profiles_n = sizeof(profiles) / sizeof(profiles[0]);")
