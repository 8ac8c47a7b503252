"""Asks a server through the real neuprint-python and prints every answer as JSON.

stdin: {"server", "token", "dataset", "certificate", "calls": [[name, arguments], …]}
"""
import json
import os
import sys

import pandas as pd
import urllib3

request = json.load(sys.stdin)
# The client passes on what requests trusts; `verify` takes the certificate of this one server.
os.environ["REQUESTS_CA_BUNDLE"] = request["certificate"]
urllib3.disable_warnings()

import neuprint as npt  # noqa: E402
from neuprint import NeuronCriteria as NC, SynapseCriteria as SC  # noqa: E402

client = npt.Client(request["server"], dataset=request["dataset"], token=request["token"], progress=False)


def records(frame):
    return json.loads(frame.to_json(orient="records"))


def criteria(given):
    if given is None or isinstance(given, list):
        return given
    return NC(**given)


def neurons(given):
    found, rois = npt.fetch_neurons(criteria(given), client=client)
    return {"neurons": records(found), "rois": records(rois)}


def adjacencies(sources, targets, options):
    found, weights = npt.fetch_adjacencies(criteria(sources), criteria(targets), client=client, **options)
    return {"neurons": records(found), "weights": records(weights)}


def arrow(cypher):
    frame = client.fetch_custom(cypher, use_arrow=True)
    return {"types": {name: str(kind) for name, kind in frame.dtypes.items()}, "rows": records(frame)}


def failure(cypher):
    try:
        client.fetch_custom(cypher)
    except Exception as error:  # the client wraps what requests raises
        return str(error)
    return None


calls = {
    "neurons": neurons,
    "adjacencies": adjacencies,
    "arrow": arrow,
    "failure": failure,
    "simple_connections": lambda up, down, least: records(
        npt.fetch_simple_connections(criteria(up), criteria(down), min_weight=least, client=client)
    ),
    "common_connectivity": lambda ids, direction: records(
        npt.fetch_common_connectivity(ids, search_direction=direction, client=client)
    ),
    "synapses": lambda ids, kind: records(npt.fetch_synapses(ids, SC(type=kind, client=client), client=client)),
    "nt": lambda ids: records(npt.fetch_synapses(ids, nt="max", client=client)),
    "mean_synapses": lambda ids: records(npt.fetch_mean_synapses(ids, client=client)),
    "synapse_connections": lambda up, down: records(npt.fetch_synapse_connections(up, down, client=client)),
    "shortest_paths": lambda a, b: records(npt.fetch_shortest_paths(a, b, client=client)),
    "paths": lambda a, b, options: records(
        npt.fetch_paths(a, b, intermediate_criteria=NC(label="Neuron", client=client), client=client, **options)
    ),
    "roi_hierarchy": lambda: npt.fetch_roi_hierarchy(client=client),
    "meta": lambda: npt.fetch_meta(client=client),
    "skeleton": lambda body: records(client.fetch_skeleton(body)),
    "custom": lambda cypher: client.fetch_custom(cypher, format="json"),
    "datasets": lambda: client.fetch_datasets(reload_cache=True),
    "roi_completeness": lambda: records(client.fetch_roi_completeness()),
    "roi_connectivity": lambda: records(client.fetch_roi_connectivity()),
    "output_completeness": lambda ids: records(npt.fetch_output_completeness(ids, client=client)),
    "profile": lambda: [
        client.fetch_version(),
        client.fetch_server_info(),
        client.fetch_db_version(),
        client.fetch_token(),
        client.fetch_profile()["AuthLevel"],
        len(client.fetch_available()),
        client.fetch_help().startswith("swagger"),
    ],
}

pd.set_option("mode.copy_on_write", True)
# Points in dictionaries come back from Arrow as arrays of numpy.
print(json.dumps([calls[name](*arguments) for name, arguments in request["calls"]], default=lambda a: a.tolist()))
