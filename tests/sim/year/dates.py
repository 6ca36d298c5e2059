#!/usr/bin/env python3
"""The first moment of each day in some time zones, in seconds since 1970.

usage: dates.py FIRST_DAY DAYS ZONE...    one line for each zone
"""
import datetime
import sys
import zoneinfo

EPOCH = datetime.date(1970, 1, 1)


def first_moment(zone, day):
    """The first second whose date there is DAY or later."""
    low, high = day * 86400 - 15 * 3600, day * 86400 + 15 * 3600
    date = EPOCH + datetime.timedelta(days=day)
    while low < high:
        middle = (low + high) // 2
        if datetime.datetime.fromtimestamp(middle, zone).date() >= date:
            high = middle
        else:
            low = middle + 1
    return low


def main():
    first, days = int(sys.argv[1]), int(sys.argv[2])
    for name in sys.argv[3:]:
        zone = zoneinfo.ZoneInfo(name)
        print(*(first_moment(zone, first + i) for i in range(days)))


main()
