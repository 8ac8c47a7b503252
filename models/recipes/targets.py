"""What the networks are trained to say, and where they are asked. Arrays are z, y, x."""

import numpy as np

NEAREST = [(1, 0, 0), (0, 1, 0), (0, 0, 1)]


def erode_bodies(bodies, axes=(0, 1, 2)):
    """Sets to 0 every voxel that has a neighbour of another body along `axes`: a gap stands for the membrane."""
    keep = np.ones(bodies.shape, bool)
    for axis in axes:
        differs = np.diff(bodies, axis=axis) != 0
        low = [slice(None)] * 3
        high = [slice(None)] * 3
        low[axis], high[axis] = slice(None, -1), slice(1, None)
        keep[tuple(low)] &= ~differs
        keep[tuple(high)] &= ~differs
    return np.where(keep, bodies, 0)


def affinities(bodies, offsets):
    """
    Channel c is 1 at voxel v where v and v - offsets[c] are in the same body, else 0 (the convention of
    waterz). -> (targets float32, known bool), each (channel, z, y, x); unknown where v - offset is outside.
    """
    targets = np.zeros((len(offsets), *bodies.shape), np.float32)
    known = np.zeros(targets.shape, bool)
    for c, offset in enumerate(offsets):
        here = tuple(slice(o, None) for o in offset)
        there = tuple(slice(None, s - o) for o, s in zip(offset, bodies.shape))
        targets[(c, *here)] = (bodies[here] == bodies[there]) & (bodies[here] > 0)
        known[(c, *here)] = True
    return targets, known
