"""Runs kimimaro on the labels that skeletons.mjs was run on, and compares the two.

    python compare_skeletons.py VOLUME OURS.jsonl [--crop z0,y0,x0:z1,y1,x1] [--scale 4] [--const 500]

Per object: cable length, and how far the samples of one skeleton lie from the other (median and 95th percentile of the
distance, both ways: a Hausdorff distance that single vertices do not decide). Axes z, y, x, lengths in nm.
"""

import argparse
import gzip
import json
import time

import kimimaro
import numpy as np
from scipy.spatial import cKDTree


def read(path, crop):
    info = json.load(open(f"{path}.json"))
    data = np.frombuffer(gzip.open(f"{path}.raw.gz").read(), info["dtype"]).reshape(info["shape"])
    if crop:
        begin, end = [[int(v) for v in corner.split(",")] for corner in crop.split(":")]
        data = data[tuple(slice(b, e) for b, e in zip(begin, end))]
    return np.ascontiguousarray(data), info["voxelNm"]


def samples(vertices, edges, step=10.0):
    """Points every `step` nm along the edges."""
    points = [vertices[:1]]
    for a, b in edges:
        n = max(1, int(np.ceil(np.linalg.norm(vertices[a] - vertices[b]) / step)))
        t = (np.arange(n) + 0.5)[:, None] / n
        points.append(vertices[a] * (1 - t) + vertices[b] * t)
    return np.concatenate(points)


def cable(vertices, edges):
    return float(np.linalg.norm(vertices[edges[:, 0]] - vertices[edges[:, 1]], axis=1).sum()) if len(edges) else 0.0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("volume")
    parser.add_argument("ours")
    parser.add_argument("--crop")
    parser.add_argument("--scale", type=float, default=4)
    parser.add_argument("--const", type=float, default=500)
    parser.add_argument("--min-voxels", type=int, default=1000)
    arguments = parser.parse_args()
    labels, voxel_nm = read(arguments.volume, arguments.crop)
    ours = {row["id"]: row for row in map(json.loads, open(arguments.ours))}
    started = time.perf_counter()
    theirs = kimimaro.skeletonize(
        labels,
        teasar_params={
            "scale": arguments.scale,
            "const": arguments.const,
            "pdrf_scale": 100000,
            "pdrf_exponent": 4,
            "soma_detection_threshold": 1100,
            "soma_acceptance_threshold": 3500,
            "soma_invalidation_scale": 2,
            "soma_invalidation_const": 300,
        },
        dust_threshold=arguments.min_voxels,
        anisotropy=tuple(voxel_nm),
        fix_branching=True,
        fix_borders=False,
        progress=False,
        parallel=1,
    )
    seconds = time.perf_counter() - started
    half_voxel = np.array(voxel_nm) / 2  # kimimaro's vertices are voxel corners, ours centres
    ratios, there, back, ends = [], [], [], [0, 0]
    total = [0.0, 0.0]
    for label, theirs_one in sorted(theirs.items()):
        if label not in ours:
            continue
        v = np.asarray(theirs_one.vertices, float) + half_voxel
        e = np.asarray(theirs_one.edges, int).reshape(-1, 2)
        w = np.array(ours[label]["verticesNm"]).reshape(-1, 3)
        f = np.array(ours[label]["edges"], int).reshape(-1, 2)
        total[0] += cable(w, f)
        total[1] += cable(v, e)
        ends[0] += int((np.bincount(f.ravel(), minlength=len(w)) == 1).sum())
        ends[1] += int((np.bincount(e.ravel(), minlength=len(v)) == 1).sum())
        if cable(v, e) < 1000:
            continue
        a, b = samples(w, f), samples(v, e)
        ratios.append(cable(w, f) / cable(v, e))
        there.append(cKDTree(b).query(a)[0])
        back.append(cKDTree(a).query(b)[0])
    quantiles = lambda d: {f"p{q}": round(float(np.percentile(d, q)), 1) for q in (50, 95)}
    print(
        json.dumps(
            {
                "kimimaroSeconds": round(seconds, 2),
                "kimimaroMegavoxelsPerSecond": round(labels.size / 1e6 / seconds, 3),
                "skeletons": [len(ours), len(theirs)],
                "cableUm": [round(t / 1000, 1) for t in total],
                "deadEnds": ends,
                "objectsOver1Um": len(ratios),
                "cableRatio": {f"p{q}": round(float(np.percentile(ratios, q)), 3) for q in (5, 50, 95)},
                "oursToKimimaroNm": quantiles(np.concatenate(there)),
                "kimimaroToOursNm": quantiles(np.concatenate(back)),
            }
        )
    )


main()
