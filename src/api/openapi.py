#!/usr/bin/env python3
"""Writes a file as a C array: openapi.py FILE > openapi_data.c"""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as f:
    text = json.dumps(json.load(f), ensure_ascii=False, separators=(",", ":"))
data = text.encode("utf-8")
print('#include "api/openapi.h"\n\nstatic const unsigned char text[] = {')
for i in range(0, len(data), 16):
    print("\t" + " ".join(f"{b}," for b in data[i:i + 16]))
print("""};

struct str
openapi_json(void)
{
	return (struct str){(const char *)text, sizeof(text)};
}""")
