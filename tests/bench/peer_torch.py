#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""I-AutoRec as one writes it first in PyTorch, to measure beside: all items at once as a dense masked matrix,
float32, full-batch RProp.

    peer_torch.py RATINGS.dat [THREADS] [EPOCHS] [CORE_TYPE]

The same share of the ratings is trained on as in the other measurements (0.9 * 0.9, at random), validation and test
are scored in each epoch, from the predictions that it makes anyway; k = 500, lambda = 400.  Prints one line of JSON:
the median seconds of an epoch.

The products are those of Debian's BLAS, OpenBLAS as a rule, which may not know the processor.  Without CORE_TYPE, those of
its core types that fit are measured, each in a process of its own, and the fastest is printed."""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time

K, LAMBDA = 500, 400.0


def read(path):
    """Indices of items and users, and the ratings, in a random order that is always the same."""
    rows = [line.split("::")[:3] for line in open(path, encoding="latin-1")]
    random.Random(1).shuffle(rows)
    users = {u: i for i, u in enumerate(sorted({r[0] for r in rows}))}
    items = {v: i for i, v in enumerate(sorted({r[1] for r in rows}))}
    where = torch.tensor([[items[r[1]] for r in rows], [users[r[0]] for r in rows]])
    return where, torch.tensor([float(r[2]) for r in rows]), (len(items), len(users))


def core_types():
    """OpenBLAS's own choice, and its names for processors that have what this one has."""
    flags = set(next((line for line in open("/proc/cpuinfo") if line.startswith("flags")), "").split())
    yield "own"
    if {"avx2", "fma"} <= flags:
        yield from ("Haswell", "Zen")
    if {"avx512f", "avx512bw", "avx512dq", "avx512vl"} <= flags:
        yield "SkylakeX"


def fastest(path, threads, epochs):
    results = []
    for core_type in core_types():
        child = subprocess.run([sys.argv[0], path, threads, epochs, core_type], stdout=subprocess.PIPE, check=True)
        results.append(json.loads(child.stdout))
    return min(results, key=lambda result: result["seconds"])


def measure(path, threads, epochs, core_type):
    os.environ["OPENBLAS_NUM_THREADS"] = threads
    if core_type != "own":
        os.environ["OPENBLAS_CORETYPE"] = core_type
    global torch
    import torch  # loads OpenBLAS, which reads these

    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    where, ratings, shape = read(path)
    n_test = len(ratings) // 10
    n_train = (len(ratings) - n_test) * 9 // 10
    train, held_out = slice(0, n_train), slice(n_train, None)
    r, mask = torch.zeros(shape), torch.zeros(shape)
    r[where[0, train], where[1, train]] = ratings[train]
    mask[where[0, train], where[1, train]] = 1

    d = shape[1]
    v, w = (0.01 * torch.randn(d, K)).requires_grad_(), (0.01 * torch.randn(d, K)).requires_grad_()
    mu, b = (0.001 * torch.randn(K)).requires_grad_(), (0.001 * torch.randn(d)).requires_grad_()
    optimizer = torch.optim.Rprop([v, w, mu, b], lr=1e-4, etas=(0.5, 1.2), step_sizes=(1e-6, 1))

    seconds = []
    for _ in range(int(epochs)):
        began = time.perf_counter()
        optimizer.zero_grad()
        predicted = torch.sigmoid(r @ v + mu) @ w.T + b
        loss = (mask * (predicted - r)).square().sum() + LAMBDA / 2 * (v.square().sum() + w.square().sum())
        loss.backward()
        optimizer.step()
        scored = predicted.detach()[where[0, held_out], where[1, held_out]].clamp(1, 5)
        rmse = float((scored - ratings[held_out]).square().mean().sqrt())
        seconds.append(time.perf_counter() - began)
    return {"seconds": statistics.median(seconds), "rmse": rmse, "version": torch.__version__, "threads": torch.get_num_threads(),
            "core_type": core_type}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    for name, default in ("threads", "2"), ("epochs", "5"), ("core_type", None):
        parser.add_argument(name, nargs="?", default=default)
    a = parser.parse_args()
    print(json.dumps(measure(**vars(a)) if a.core_type else fastest(a.path, a.threads, a.epochs)))


main()
