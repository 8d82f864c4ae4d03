#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads JSON Lines of ratings with pandas and numbers the users and items, to measure beside.

    peer_pandas.py RATINGS.jsonl

The first two keys are the user and the item. Prints one line of JSON: seconds and version."""
import json
import sys
import time

import pandas

start = time.perf_counter()
table = pandas.read_json(sys.argv[1], lines=True)
for column in table.columns[:2]:
    table[column] = table[column].factorize()[0]
print(json.dumps({"seconds": time.perf_counter() - start, "version": pandas.__version__}))
