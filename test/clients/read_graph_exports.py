"""Reads exported graphs with pandas, pyarrow, NetworkX and igraph.

stdin: {"csv", "parquet", "arrow": folders, "graphml": a file, "dataset"}; prints what each found.
"""
import json
import os
import sys

import igraph
import networkx
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

asked = json.load(sys.stdin)


def totals(neurons, connections):
    ends = ["bodyId_pre", "bodyId_post"]
    edges = sorted([str(a), str(b), int(w)] for a, b, w in connections[[*ends, "weight"]].itertuples(index=False))
    names = {str(i): n for i, n in neurons[["bodyId", "type"]].itertuples(index=False) if isinstance(n, str)}
    return {"neurons": len(neurons), "edges": edges, "types": names, "kinds": {c: str(t) for c, t in neurons.dtypes.items()}}


def arrow(name):
    with pa.OSFile(os.path.join(asked["arrow"], name)) as file:
        return pa.ipc.open_stream(file).read_all().to_pandas()


csv = [
    pd.read_csv(os.path.join(asked["csv"], f"{asked['dataset']}_{name}.csv"))
    for name in ("Neurons", "Neuron_Connections")
]
bare = {":ID(Body-ID)": "bodyId", ":START_ID(Body-ID)": "bodyId_pre", ":END_ID(Body-ID)": "bodyId_post"}
csv = [table.rename(columns=lambda c: bare.get(c, c.split(":")[0])) for table in csv]
parquet = [pq.read_table(os.path.join(asked["parquet"], f"{n}.parquet")).to_pandas() for n in ("neurons", "connections")]
found = networkx.read_graphml(asked["graphml"])
other = igraph.Graph.Read_GraphML(asked["graphml"])
print(
    json.dumps(
        {
            "csv": totals(*csv),
            "parquet": totals(*parquet),
            "arrow": totals(arrow("neurons.arrow"), arrow("connections.arrow")),
            "networkx": {
                "neurons": found.number_of_nodes(),
                "edges": sorted([a, b, w] for a, b, w in found.edges(data="weight")),
                "types": {n: t for n, t in found.nodes(data="type") if t},
            },
            "igraph": {"neurons": other.vcount(), "edges": other.ecount(), "synapses": sum(other.es["weight"])},
        }
    )
)
