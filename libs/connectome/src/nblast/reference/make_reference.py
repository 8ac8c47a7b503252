"""Scores of navis 1.12.0 for nblast.spec.ts: pip install navis==1.12.0, then python make_reference.py > reference.fixture.json

Neurons are random walks, so that the file needs no data; directions and both scores are navis'.
"""
import json

import navis
import numpy as np
import pandas as pd
from navis.nbl.smat import Lookup2d

navis.set_pbars(hide=True)
draw = np.random.default_rng(7)


def walk(shift):
    steps = np.cumsum(draw.normal(size=(160, 3)), axis=0) + shift
    return np.round(steps, 3)


first = walk([0, 0, 0])
clouds = [first, np.round(first + draw.normal(scale=0.5, size=first.shape), 3), walk([3, 0, 0]), walk([60, 0, 0])]
neurons = navis.NeuronList([navis.Dotprops(points, k=20, id=i, units="1 micron") for i, points in enumerate(clouds)])
# A matrix of the published one's form with values of our own.
matrix = pd.DataFrame(
    [[4.5, 5.0, 5.5, 7.25], [2.0, 2.5, 3.5, 4.0], [-0.5, -0.25, 0.5, 1.0], [-6.0, -6.5, -7.0, -7.5]],
    index=["(0,0.75]", "(0.75,2]", "(2,10]", "(10,500]"],
    columns=["(0,0.25]", "(0.25,0.5]", "(0.5,0.8]", "(0.8,1]"],
)
scores = {
    name: navis.nblast_allbyall(neurons, smat=smat, n_cores=1, progress=False, precision=64).to_numpy().tolist()
    for name, smat in (("byMatrix", Lookup2d.from_dataframe(matrix)), ("byKohl", "v1"), ("byFcwb", "auto"))
}
cloud = {"points": [cloud.tolist() for cloud in clouds], "directions": neurons[0].vect.round(9).tolist()}
print(json.dumps({**cloud, "matrix": matrix.to_csv(), **scores}))
