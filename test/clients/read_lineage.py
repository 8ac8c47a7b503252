"""Reads lineage exports with public clients: prov for PROV-JSON, openlineage-python's classes for OpenLineage events.

stdin: {"prov": file, "synapseProv": file, "openlineage": file of events, one a line}; stdout: what they saw, as JSON.
"""

import json
import sys
from datetime import datetime

import attr
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import dataset_version_dataset, nominal_time_run
from prov.model import ProvActivity, ProvDerivation, ProvDocument, ProvEntity, ProvGeneration, ProvUsage


def name(value):
    return str(value)


def attributes(record):
    return {str(key): str(value) for key, value in record.attributes}


def read_prov(path):
    with open(path) as file:
        document = ProvDocument.deserialize(file, format="json")
    # A round trip through the client's own writer loses nothing.
    again = ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
    assert again == document
    records = {
        "entities": {name(e.identifier): attributes(e) for e in document.get_records(ProvEntity)},
        "activities": {name(a.identifier): attributes(a) for a in document.get_records(ProvActivity)},
        "used": [[name(value) for _, value in u.formal_attributes[:2]] for u in document.get_records(ProvUsage)],
        "generated": [[name(value) for _, value in g.formal_attributes[:2]] for g in document.get_records(ProvGeneration)],
        "derived": [
            [name(value) for _, value in d.formal_attributes[:2]] + [attributes(d).get("prov:type", "")]
            for d in document.get_records(ProvDerivation)
        ],
    }
    return records


def known(kind, given):
    """The fields of one of the client's classes; a name that it does not have is refused."""
    names = {field.name for field in attr.fields(kind)}
    unknown = set(given) - names
    assert not unknown, f"{kind.__name__} has no {unknown}"
    return given


def facet(kind, given):
    fields = {key: value for key, value in given.items() if key not in ("_producer", "_schemaURL")}
    made = kind(**known(kind, fields))
    # The client knows which version of the facet's schema it writes.
    assert given["_schemaURL"] == made._get_schema(), (given["_schemaURL"], made._get_schema())
    return made


def dataset(kind, given):
    version = facet(dataset_version_dataset.DatasetVersionDatasetFacet, given["facets"]["version"])
    return kind(namespace=given["namespace"], name=given["name"], facets={"version": version})


def read_event(given):
    nominal = facet(nominal_time_run.NominalTimeRunFacet, given["run"]["facets"]["nominalTime"])
    event = RunEvent(
        eventType=RunState[given["eventType"]],
        eventTime=given["eventTime"],
        run=Run(runId=given["run"]["runId"], facets={"nominalTime": nominal}),
        job=Job(**known(Job, given["job"])),
        producer=given["producer"],
        inputs=[dataset(InputDataset, one) for one in given["inputs"]],
        outputs=[dataset(OutputDataset, one) for one in given["outputs"]],
    )
    assert given["schemaURL"] == event.schemaURL, (given["schemaURL"], event.schemaURL)
    datetime.fromisoformat(given["eventTime"])
    return {"job": event.job.name, "run": event.run.runId, "inputs": len(event.inputs), "outputs": len(event.outputs)}


def main():
    request = json.load(sys.stdin)
    with open(request["openlineage"]) as file:
        events = [read_event(json.loads(line)) for line in file]
    print(json.dumps({"prov": read_prov(request["prov"]), "synapse": read_prov(request["synapseProv"]), "events": events}))


main()
