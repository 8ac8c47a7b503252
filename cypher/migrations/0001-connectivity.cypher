// Connectivity, in neuPrint's names. Several datasets share the database: a body is unique by (dataset, bodyId).
CREATE CONSTRAINT meta_dataset IF NOT EXISTS
FOR (n:Meta) REQUIRE n.dataset IS UNIQUE;

CREATE CONSTRAINT segment_body IF NOT EXISTS
FOR (n:Segment) REQUIRE (n.dataset, n.bodyId) IS UNIQUE;

CREATE CONSTRAINT neuron_body IF NOT EXISTS
FOR (n:Neuron) REQUIRE (n.dataset, n.bodyId) IS UNIQUE;

CREATE CONSTRAINT fragment_place IF NOT EXISTS
FOR (n:Fragment) REQUIRE (n.dataset, n.bodyId, n.blockKey) IS UNIQUE;

CREATE CONSTRAINT synapse_site IF NOT EXISTS
FOR (n:Synapse) REQUIRE (n.dataset, n.siteId, n.type) IS UNIQUE;

CREATE CONSTRAINT synapse_set_bodies IF NOT EXISTS
FOR (n:SynapseSet) REQUIRE (n.dataset, n.datasetBodyIds) IS UNIQUE;

CREATE CONSTRAINT element_site IF NOT EXISTS
FOR (n:Element) REQUIRE (n.dataset, n.siteId, n.type) IS UNIQUE;

CREATE CONSTRAINT element_set_bodies IF NOT EXISTS
FOR (n:ElementSet) REQUIRE (n.dataset, n.datasetBodyIds) IS UNIQUE;

CREATE POINT INDEX synapse_location IF NOT EXISTS
FOR (n:Synapse) ON (n.location);

CREATE POINT INDEX element_location IF NOT EXISTS
FOR (n:Element) ON (n.location);

CREATE POINT INDEX neuron_soma_location IF NOT EXISTS
FOR (n:Neuron) ON (n.somaLocation);

CREATE INDEX neuron_synweight IF NOT EXISTS
FOR (n:Neuron) ON (n.dataset, n.synweight);

CREATE INDEX neuron_class IF NOT EXISTS
FOR (n:Neuron) ON (n.dataset, n.class);

CREATE INDEX neuron_type IF NOT EXISTS
FOR (n:Neuron) ON (n.dataset, n.type);

CREATE TEXT INDEX neuron_type_text IF NOT EXISTS
FOR (n:Neuron) ON (n.type);

CREATE TEXT INDEX neuron_instance_text IF NOT EXISTS
FOR (n:Neuron) ON (n.instance);

CREATE FULLTEXT INDEX neuron_words IF NOT EXISTS
FOR (n:Neuron) ON EACH [n.type, n.instance, n.status];

// SynapseSets are joined by ConnectsTo as well; those carry no weight, so that this index holds neuron pairs only.
CREATE INDEX connects_to_weight IF NOT EXISTS
FOR ()-[c:ConnectsTo]-() ON (c.dataset, c.weight);
