"""
Augmentations that stand for what differs between the training volumes and an aligned volume: staining,
noise, focus, sections that are darker or slightly misplaced, sections that are missing. All work on
float32 (z, y, x) patches in units of (v - 128) / 40; sections lie along z.
"""

import numpy as np
from scipy.ndimage import gaussian_filter, gaussian_filter1d

MARGIN_YX = 2  # voxels a patch must bring on each side in y and x for misplaced sections


def orient(rng, arrays, isotropic):
    """The same random flip and permutation of axes for every array (z, y, x last)."""
    spatial = [a.ndim - 3 for a in arrays]
    order = rng.permutation(3) if isotropic else np.array([0, *(1 + rng.permutation(2))])
    flips = rng.random(3) < 0.5
    out = []
    for array, lead in zip(arrays, spatial):
        array = array.transpose(*range(lead), *(lead + order))
        for axis in range(3):
            if flips[axis]:
                array = np.flip(array, lead + axis)
        out.append(np.ascontiguousarray(array))
    return out


def displace_sections(rng, em, probability, largest_px):
    """
    Crops MARGIN_YX in y and x, with random sections moved by up to `largest_px` (linear interpolation, which
    blurs as resampling does).
    """
    depth, height, width = (em.shape[0], em.shape[1] - 2 * MARGIN_YX, em.shape[2] - 2 * MARGIN_YX)
    out = np.empty((depth, height, width), np.float32)
    drift = rng.random() < 0.5
    for z in range(depth):
        dy = dx = 0.0
        if rng.random() < probability:
            dy, dx = rng.uniform(-largest_px, largest_px, 2) * (0.5 if drift else 1)
        y0, x0 = int(np.floor(dy)), int(np.floor(dx))
        fy, fx = dy - y0, dx - x0
        y0 += MARGIN_YX
        x0 += MARGIN_YX
        if fy == 0 and fx == 0:
            out[z] = em[z, y0 : y0 + height, x0 : x0 + width]
            continue
        block = em[z, y0 : y0 + height + 1, x0 : x0 + width + 1]
        rows = block[:-1] * (1 - fy) + block[1:] * fy
        out[z] = rows[:, :-1] * (1 - fx) + rows[:, 1:] * fx
    return out


def vary_intensity(rng, em, isotropic):
    """Contrast, brightness, gamma, contrast of single sections, blur and noise; em is changed in place."""
    if rng.random() < 0.4:
        sigma = rng.uniform(0.3, 0.9)
        whole = isotropic and rng.random() < 0.5
        em = gaussian_filter(em, sigma) if whole else gaussian_filter1d(gaussian_filter1d(em, sigma, 1), sigma, 2)
    if rng.random() < 0.4:
        unit = np.clip((em * 40 + 128) / 255, 0, 1)
        em = ((unit ** np.exp(rng.normal(0, 0.2))) * 255 - 128) / 40
    em = em * rng.uniform(0.75, 1.3) + rng.uniform(-0.35, 0.35)
    if rng.random() < 0.5:
        depth = em.shape[0]
        gain = np.exp(rng.normal(0, 0.06, depth)).astype(np.float32)[:, None, None]
        em = em * gain + rng.normal(0, 0.1, depth).astype(np.float32)[:, None, None]
    if rng.random() < 0.3:
        axis = int(rng.integers(1, 3))
        ramp = np.linspace(-1, 1, em.shape[axis], dtype=np.float32) * rng.uniform(-0.4, 0.4)
        em = em + (ramp[None, :, None] if axis == 1 else ramp[None, None, :])
    if rng.random() < 0.6:
        noise = rng.standard_normal(em.shape, np.float32)
        if rng.random() < 0.3:
            noise = gaussian_filter1d(gaussian_filter1d(noise, 0.6, 1), 0.6, 2) * 2
        em = em + noise * np.float32(rng.uniform(0.05, 0.45))
    return em.astype(np.float32)


def lose_sections(rng, em, probability):
    """Rarely empties or darkens a section. -> (em, known bool per section: False where nothing can be seen)."""
    known = np.ones(em.shape[0], bool)
    if rng.random() < probability:
        z = int(rng.integers(em.shape[0]))
        if rng.random() < 0.5:
            em[z] = 0
            known[z] = False
        else:
            em[z] = em[z] * rng.uniform(0.3, 0.7) - rng.uniform(0, 1.2)
    return em, known


def augment(rng, em, isotropic):
    """em with MARGIN_YX extra on each side in y, x -> (em without, sections that can be seen)."""
    if rng.random() < 0.6:
        em = displace_sections(rng, em, rng.uniform(0.1, 0.9), rng.uniform(0.2, 1.2))
    else:
        em = em[:, MARGIN_YX:-MARGIN_YX, MARGIN_YX:-MARGIN_YX]
    em = vary_intensity(rng, em, isotropic)
    em = np.clip(em, -127 / 40, 127 / 40)
    return lose_sections(rng, em, 0.06)
