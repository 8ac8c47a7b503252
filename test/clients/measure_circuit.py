"""Measures a directed graph with igraph, NetworkX and NumPy, for answers to compare ours with.

stdin: {"neurons": n, "sources", "targets", "weights": lists of places and synapses, "membership": a community a neuron,
"resolution", "signs": 1 or -1 a connection, "from": places, "hops", "club": a bound of degree}
"""
import json
import sys

import igraph
import networkx
import numpy as np

asked = json.load(sys.stdin)
n, sources, targets, weights = asked["neurons"], asked["sources"], asked["targets"], asked["weights"]
graph = igraph.Graph(n=n, edges=list(zip(sources, targets)), directed=True)
graph.es["weight"] = weights
plain = networkx.DiGraph()
plain.add_nodes_from(range(n))
plain.add_weighted_edges_from(zip(sources, targets, weights))
answers = {
    "inDegree": graph.indegree(),
    "outStrength": graph.strength(mode="out", weights="weight"),
    "pageRank": graph.pagerank(damping=0.85, weights="weight"),
    "betweenness": graph.betweenness(directed=True),
    "meanPathLength": graph.average_path_length(directed=True, unconn=True),
    "longestPath": graph.diameter(directed=True, unconn=True),
}
# igraph divides by n - 1.
answers["harmonic"] = [value * (n - 1) for value in graph.harmonic_centrality(mode="in")]
# These are NetworkX's alone in the form that is meant, and slow.
if n <= 500:
    closeness, clustering = networkx.closeness_centrality(plain), networkx.clustering(plain)
    answers["closeness"] = [closeness[i] for i in range(n)]
    answers["clustering"] = [clustering[i] for i in range(n)]

both = graph.as_undirected(combine_edges={"weight": "sum"})
answers["modularity"] = both.modularity(asked["membership"], weights="weight", resolution=asked["resolution"], directed=False)
best = None
rounds = -1 if n <= 500 else 4
for _ in range(3 if n <= 500 else 1):
    found = both.community_leiden(
        objective_function="modularity", weights="weight", resolution=asked["resolution"], n_iterations=rounds
    )
    value = both.modularity(found.membership, weights="weight", resolution=asked["resolution"], directed=False)
    best = value if best is None else max(best, value)
answers["leiden"] = best
parts = igraph.VertexClustering(both, asked["membership"])
answers["connectedCommunities"] = all(part.is_connected() for part in parts.subgraphs())

degree = np.array(graph.degree())
club = [int(i) for i in np.flatnonzero(degree > asked["club"])]
answers["clubDensity"] = graph.subgraph(club).density()

received = np.zeros(n)
np.add.at(received, targets, weights)
even, odd, even_share, odd_share = (np.zeros(n) for _ in range(4))
even[asked["from"]] = even_share[asked["from"]] = 1
totals = [np.zeros(n) for _ in range(4)]
tie = np.array(sources), np.array(targets), np.array(asked["signs"]), np.array(weights) / received[targets]


def step(even, odd, factor):
    pre, post, signs, _ = tie
    after = np.zeros(n), np.zeros(n)
    np.add.at(after[0], post, np.where(signs > 0, even[pre], odd[pre]) * factor)
    np.add.at(after[1], post, np.where(signs > 0, odd[pre], even[pre]) * factor)
    return after


for _ in range(asked["hops"]):
    even, odd = step(even, odd, 1)
    even_share, odd_share = step(even_share, odd_share, tie[3])
    for total, value in zip(totals, (even, odd, even_share, odd_share)):
        total += value
answers["signed"] = [total.tolist() for total in totals]
print(json.dumps(answers))
