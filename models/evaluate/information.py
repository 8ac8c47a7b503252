"""Variation of information between a segmentation and the truth, in bits (Meila 2007)."""

import numpy as np


def entropies(segmentation, truth):
    """
    Both of any whole-number type and the same shape; voxels whose truth is 0 do not count.
    -> (split, merge) = (H(segmentation | truth), H(truth | segmentation)).
    """
    known = truth > 0
    _, s = np.unique(segmentation[known], return_inverse=True)
    _, t = np.unique(truth[known], return_inverse=True)
    pairs, n = np.unique(s.astype(np.int64) * (t.max() + 1) + t, return_counts=True)
    total = n.sum()
    joint = entropy(n / total)
    return (
        joint - entropy(np.bincount(pairs % (t.max() + 1), n) / total),
        joint - entropy(np.bincount(pairs // (t.max() + 1), n) / total),
    )


def entropy(p):
    p = p[p > 0]
    return float(-(p * np.log2(p)).sum())
