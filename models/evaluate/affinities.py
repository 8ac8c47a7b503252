"""
Scores an affinity model: watershed and mean-affinity agglomeration (waterz) of its predictions, variation of
information against the truth. The threshold is chosen on validation data alone.

    python -m evaluate.affinities --model affinities-iso-10nm --medulla SHARED \
        --validate PHANTOM ... --test PHANTOM ... --out scores.json

With --transfer the threshold for real tissue comes from the validation phantoms as well.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import waterz
from recipes import phantoms, volumes

from .information import entropies
from .predict import Model, predict

THRESHOLDS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85]
LOW, HIGH = 0.05, 0.98


def curve(affinities, truth):
    """affinities uint8 (3, z, y, x) -> {threshold: (split, merge)}; threshold on 1 - mean affinity."""
    scores = {}
    graph = np.ascontiguousarray(affinities.astype(np.float32) / 255)
    for threshold, segmentation in zip(
        THRESHOLDS, waterz.agglomerate(graph, THRESHOLDS, aff_threshold_low=LOW, aff_threshold_high=HIGH)
    ):
        scores[threshold] = entropies(segmentation, truth)
    return scores


def best(curves):
    """The threshold with the least summed information over several curves."""
    return min(THRESHOLDS, key=lambda t: sum(sum(c[t]) for c in curves))


def medulla(model, shared):
    """-> (curve of z 140-149, curve of z 150-174); the network sees z 126-189."""
    first = 126
    bodies = volumes.read_medulla(shared, first, 175).bodies
    affinities = predict(model, volumes.read_medulla_em(shared)[first:190])[:3]
    return tuple(
        curve(affinities[:, a - first : b - first], bodies[a - first : b - first]) for a, b in ((140, 150), (150, 175))
    )


def whole_medulla(model, shared):
    """-> curve of z 0-174, for a model that saw none of it."""
    bodies = volumes.read_medulla(shared, 0, 175).bodies
    return curve(predict(model, volumes.read_medulla_em(shared)[:190])[:3, :175], bodies)


def phantom(model, folder):
    """-> (curve, {tissue class: intersection over union})."""
    volume = phantoms.read(folder)
    out = predict(model, volume.em)
    tissue = {}
    for channel, code in (("glia", phantoms.GLIA), ("vessel", phantoms.VESSEL)):
        if channel in model.card["channels"]:
            said = out[model.card["channels"].index(channel)] >= 128
            true = volume.classes == code
            tissue[channel] = round(float((said & true).sum() / max(1, (said | true).sum())), 4)
    return curve(out[:3], volume.bodies), tissue


def figures(scores, threshold):
    split, merge = scores[threshold]
    return {"threshold": threshold, "split": round(split, 4), "merge": round(merge, 4)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="folder with model.json")
    parser.add_argument("--medulla")
    parser.add_argument("--transfer", action="store_true", help="trained on phantoms alone: all of medulla is a test")
    parser.add_argument("--validate", nargs="*", default=[])
    parser.add_argument("--test", nargs="*", default=[])
    parser.add_argument("--out")
    options = parser.parse_args()
    model = Model(options.model)
    result = {"method": "waterz watershed 0.05/0.98, mean affinity, threshold from validation data; VI in bits"}
    if options.medulla and not options.transfer:
        validation, test = medulla(model, options.medulla)
        result["fibsemMedullaZ140to149"] = figures(validation, best([validation]))
        result["fibsemMedullaZ150to174"] = figures(test, best([validation]))
        print("medulla test curve", {t: [round(v, 2) for v in s] for t, s in test.items()})
    if options.validate:
        validated = [phantom(model, folder)[0] for folder in options.validate]
        threshold = best(validated)
        if options.medulla and options.transfer:
            transfer = whole_medulla(model, options.medulla)
            result["fibsemMedullaZ0to174"] = figures(transfer, threshold)
            print("medulla curve", {t: [round(v, 2) for v in s] for t, s in transfer.items()})
        for folder in options.test:
            scores, tissue = phantom(model, folder)
            result[f"phantom-{Path(folder).name}"] = {**figures(scores, threshold), "tissueIoU": tissue}
            print(folder, {t: [round(v, 2) for v in s] for t, s in scores.items()})
    print(json.dumps(result, indent=2))
    if options.out:
        Path(options.out).write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
