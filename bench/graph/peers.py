"""The same questions asked of pandas and igraph (NetworkX where asked) on the same tables, for times side by side.

stdin: {"nodes", "connections": paths of the CSV tables, "bodies", "hubs", "pairs", "regions", "networkx", "census"}
"""
import json
import resource
import sys
import time

import igraph
import numpy as np
import pandas as pd

asked = json.load(sys.stdin)
begin = time.perf_counter()
edges = pd.read_csv(asked["connections"], usecols=[0, 1, 3], names=["pre", "post", "weight"], header=0)
nodes = pd.read_csv(asked["nodes"], usecols=["bodyId:long", "roiInfo"])
body_ids = nodes["bodyId:long"].to_numpy()
edges["pre"] = body_ids[edges.pre]
edges["post"] = body_ids[edges.post]
by_pre = edges.set_index("pre").sort_index()
strong = edges[edges.weight >= 5]
strong_by_pre = strong.set_index("pre").sort_index()
ids = pd.unique(pd.concat([strong.pre, strong.post]))
place = pd.Series(np.arange(len(ids)), index=ids)
graph = igraph.Graph(
    n=len(ids), edges=np.column_stack([place[strong.pre].to_numpy(), place[strong.post].to_numpy()]), directed=True
)
results = {"load": {"ms": 1000 * (time.perf_counter() - begin)}}


def each(items, work):
    times, answers = [], []
    for item in items:
        at = time.perf_counter()
        answers.append(work(item))
        times.append(1000 * (time.perf_counter() - at))
    times.sort()
    pick = lambda share: round(times[min(len(times) - 1, int(share * len(times)))], 2)
    return {"p50Ms": pick(0.5), "p95Ms": pick(0.95), "samples": len(times), "answers": answers}


def rows(table, body):
    return table.loc[[body]] if body in table.index else table.iloc[0:0]


def partners(body):
    found = rows(by_pre, int(body))
    return [len(found), int(found.weight.sum())]


def two_hops(body):
    first = rows(strong_by_pre, int(body)).post
    return int(strong[strong.pre.isin(first)].post.nunique())


def path_length(pair):
    a, b = (place.get(int(body)) for body in pair)
    if a is None or b is None:
        return -1
    found = graph.get_shortest_path(int(a), int(b))
    length = len(found) - 1
    return length if 0 < length <= 10 else -1


def roi_matrix():
    matrix = {}
    for text in nodes.roiInfo:
        info = json.loads(text)
        total = sum(counts["post"] for counts in info.values())
        if total == 0:
            continue
        for source, inputs in info.items():
            for target, outputs in info.items():
                if inputs["post"] > 0 and outputs["pre"] > 0:
                    key = (source, target)
                    matrix[key] = matrix.get(key, 0) + outputs["pre"] * inputs["post"] / total
    return [[a, b, round(weight)] for (a, b), weight in sorted(matrix.items())]


results["partners"] = {"by": "pandas", **each(asked["bodies"], partners)}
results["twoHops"] = {"by": "pandas", **each(asked["bodies"], two_hops)}
results["twoHopsOfHubs"] = {"by": "pandas", **each(asked["hubs"], two_hops)}
results["shortestPath"] = {"by": "igraph", **each(asked["pairs"], path_length)}
at = time.perf_counter()
matrix = roi_matrix()
results["roiMatrix"] = {"by": "Python", "ms": 1000 * (time.perf_counter() - at), "answers": matrix}

names = ["003", "012", "102", "021D", "021U", "021C", "111D", "111U", "030T", "030C", "201", "120D", "120U", "120C", "210", "300"]
if asked["census"]:
    simple = graph.simplify(multiple=False, loops=True)
    at = time.perf_counter()
    census = simple.triad_census()
    ms = 1000 * (time.perf_counter() - at)
    results["motifCensus"] = {"by": "igraph", "ms": ms, "answers": {n: getattr(census, "t" + n) for n in names}}
if asked["networkx"]:
    import networkx

    plain = networkx.DiGraph(graph.get_edgelist())
    plain.remove_edges_from(networkx.selfloop_edges(plain))
    at = time.perf_counter()
    census = networkx.triadic_census(plain)
    ms = 1000 * (time.perf_counter() - at)
    results["motifCensusNetworkX"] = {"by": "NetworkX", "ms": ms, "answers": {n: census[n] for n in names}}
results["peakMiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(results, default=int))
