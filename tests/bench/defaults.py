#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How good the values are that a model chooses by itself (src/model/auto.c).

    defaults.py PROGRAM FOLDER [--model=NAME] [--no-grid] [DATA]...

For each data set a model is trained with its own values and with those of a grid of 5 k and 8 lambda, all on the same
split; validation chooses the epoch and the best of the grid.  The test ratings are scored once, for the model with its
own values and for the baseline, both refitted.  Prints a table in Markdown.  FOLDER holds the data that are made here
and the finished runs, which a later call takes from there.

Data sets with MovieLens ratings need AUTOREC_DATA and are left out, with a line, if it is not set."""
import argparse
import json
import os
import subprocess
import sys

K = "50,100,200,350,500"
LAMBDA = "10,20,40,80,160,240,320,480"
GRIDS = {"i-autorec": f"k={K} lambda={LAMBDA}", "u-autorec": f"k={K} lambda={LAMBDA}",
         "deep-autorec": "layers=50,50/100,100/200,200/350,350/500,500 lambda=5,10,20,40,80,120,160,240"}
# A share of the users of MovieLens 1M, in percent.
SHARES = [3, 10, 30]
# Generated ratings: name, scale, step.
GENERATED = [("scale -10..10", "-10,10", 0.5), ("scale 0..100", "0,100", 1)]
SPLIT = "split seed=1"


def run(program, *commands):
    """The answers to the commands, by name; the last counts."""
    line = [program, "--json", "-b"]
    for command in commands:
        line += ["-c", command]
    out = subprocess.run(line, check=True, capture_output=True, text=True).stdout
    return {a["command"]: a for a in map(json.loads, out.splitlines()) if "event" not in a}


def users_of(path, percent, to):
    """Writes the ratings by every (100 / percent)-th user of MovieLens 1M."""
    every = round(100 / percent)
    with open(path, encoding="latin-1") as ratings, open(to, "w", encoding="latin-1") as out:
        out.writelines(line for line in ratings if int(line.split("::", 1)[0]) % every == 0)


def data_sets(program, folder):
    """Pairs of a name and the commands that load and split it."""
    data = os.environ.get("AUTOREC_DATA")
    yield "sample", ["load sample", SPLIT]
    if data:
        yield "ML-100K", ["load ml-100k", SPLIT]
        for n in range(1, 6):
            yield f"ML-100K u{n}", [f'load "{data}/ml-100k/u{n}.base" test=u{n}.test', SPLIT]
        for percent in SHARES:
            path = f"{folder}/ml-1m-{percent}.dat"
            users_of(f"{data}/ml-1m/ratings.dat", percent, path)
            yield f"ML-1M, {percent} % of users", [f'load "{path}"', SPLIT]
        yield "ML-1M", ["load ml-1m", SPLIT]
    else:
        print("AUTOREC_DATA is not set: MovieLens is left out", file=sys.stderr)
    for name, scale, step in GENERATED:
        run(program, f'generate "{folder}/{name}" users=1500 items=1200 ratings=80000 scale={scale} step={step}')
        yield name, [f'load "{folder}/{name}"', SPLIT]


def trained(program, data, model):
    """The options of `model NAME` that were auto, the validation RMSE, and the test RMSE after refit."""
    out = run(program, *data, f"model {model}", "train 1000 patience=20", "refit", "evaluate ranking=off")
    chosen = {name: value[6:-1] for name, value in out["model"].items()
              if name in ("k", "layers", "lambda") and str(value).startswith("auto (")}
    return chosen, out["train"].get("best_valid_rmse"), out["evaluate"]["rmse"]


def best_of_grid(program, data, model, folder):
    """The options of the best run of the grid, and its validation RMSE."""
    out = run(program, *data, f"model {model}",
              f'tune {GRIDS[model]} epochs=1000 patience=20 file="{folder}/defaults.jsonl"')
    row = min(out["tune"]["rows"], key=lambda row: row["valid_rmse"] or float("inf"))
    return row["options"], row["valid_rmse"]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("folder")
    options.add_argument("--model", default="i-autorec", choices=GRIDS)
    options.add_argument("--no-grid", action="store_true")
    options.add_argument("data", nargs="*", help="names as the table prints them; all by default")
    given = options.parse_intermixed_args()
    os.makedirs(given.folder, exist_ok=True)
    print(f"| {given.model} | chosen | valid | best of the grid | valid | ratio | test | baseline, test | ratio |\n"
          "|---|---|---|---|---|---|---|---|---|")
    for name, data in data_sets(given.program, given.folder):
        if given.data and name not in given.data:
            continue
        chosen, valid, test = trained(given.program, data, given.model)
        grid, least = ("", None) if given.no_grid else best_of_grid(given.program, data, given.model, given.folder)
        _, _, base = trained(given.program, data, "baseline")
        compared = f"{least:.4f} | {valid / least:.4f}" if least else " | "
        words = " ".join(f"{name}={value}" for name, value in chosen.items())
        print(f"| {name} | {words} | {valid:.4f} | {grid} | {compared} | {test:.4f} | {base:.4f} | {test / base:.4f} |",
              flush=True)


main()
