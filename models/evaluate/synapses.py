"""
Scores a synapse model on phantoms: clefts are 26-connected components of the cleft channel; a found and a true
synapse match one to one within 150 nm between their cleft centres (nearest assignment). The threshold is
chosen on validation phantoms alone.

    python -m evaluate.synapses --model synapses-iso-10nm --validate PHANTOM ... --test PHANTOM ... --out scores.json
"""

import argparse
import json
from pathlib import Path

import cc3d
import numpy as np
from recipes import phantoms
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from .predict import Model, predict

THRESHOLDS = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
LARGEST_DISTANCE_NM = 150
LEAST_VOLUME_UM3 = 0.00002
CLEFT, INHIBITORY = 2, 16


def components(mask, voxel_nm):
    """-> (labels, centres in nm (n, 3), volumes in µm³)."""
    labels = cc3d.connected_components(mask, connectivity=26)
    stats = cc3d.statistics(labels)
    volumes = stats["voxel_counts"][1:] * np.prod(voxel_nm) / 1e9
    return labels, stats["centroids"][1:] * voxel_nm, volumes


def match(found, true):
    """Pairs (found, true) within reach, least total distance."""
    if len(found) == 0 or len(true) == 0:
        return []
    distance = cdist(found, true)
    rows, columns = linear_sum_assignment(np.minimum(distance, 10 * LARGEST_DISTANCE_NM))
    return [(r, c) for r, c in zip(rows, columns) if distance[r, c] <= LARGEST_DISTANCE_NM]


def score(out, volume, voxel_nm, threshold):
    """-> counts of true, found and matched synapses, and of matched ones whose type is right."""
    true_mask = (volume.synapses & 15) == CLEFT
    true_labels, true_at, true_volume = components(true_mask, voxel_nm)
    found_labels, found_at, found_volume = components(out[1] >= round(255 * threshold), voxel_nm)
    true_kept = np.flatnonzero(true_volume >= LEAST_VOLUME_UM3)
    found_kept = np.flatnonzero(found_volume >= LEAST_VOLUME_UM3)
    pairs = match(found_at[found_kept], true_at[true_kept])
    excitatory = mean_of(out[3].astype(np.float32) / 255, found_labels)
    truth = mean_of((volume.synapses < INHIBITORY).astype(np.float32), true_labels)
    right = sum((excitatory[found_kept[f]] >= 0.5) == (truth[true_kept[t]] >= 0.5) for f, t in pairs)
    return np.array([len(true_kept), len(found_kept), len(pairs), right])


def mean_of(values, labels):
    """Mean of `values` over each component 1, 2, …"""
    return (np.bincount(labels.ravel(), values.ravel()) / np.maximum(1, np.bincount(labels.ravel())))[1:]


def figures(counts):
    true, found, matched, right = (int(n) for n in counts)
    return {
        "true": true,
        "found": found,
        "precision": round(matched / max(1, found), 4),
        "recall": round(matched / max(1, true), 4),
        "f1": round(2 * matched / max(1, true + found), 4),
        "typeAccuracy": round(right / max(1, matched), 4),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="folder with model.json")
    parser.add_argument("--validate", nargs="+", required=True)
    parser.add_argument("--test", nargs="*", default=[])
    parser.add_argument("--out")
    options = parser.parse_args()
    model = Model(options.model)
    voxel_nm = np.array(model.card["voxelNm"], float)
    counts = dict.fromkeys(THRESHOLDS, 0)
    for folder in options.validate:
        volume = phantoms.read(folder)
        out = predict(model, volume.em)
        for threshold in THRESHOLDS:
            counts[threshold] = counts[threshold] + score(out, volume, voxel_nm, threshold)
    threshold = max(THRESHOLDS, key=lambda t: figures(counts[t])["f1"])
    result = {
        "method": "26-connected clefts, one-to-one within 150 nm of their centres; threshold from validation phantoms",
        "threshold": threshold,
        "validation": {str(t): figures(c) for t, c in counts.items()},
    }
    for folder in options.test:
        volume = phantoms.read(folder)
        result[f"phantom-{Path(folder).name}"] = figures(score(predict(model, volume.em), volume, voxel_nm, threshold))
    print(json.dumps(result, indent=2))
    if options.out:
        Path(options.out).write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
