// Provenance, in W3C PROV's terms. A Run is one execution of one stage; an Artifact is what one of its tasks wrote.
// Models, parameter sets, code revisions and environments belong to no dataset: their hash is their identity.
CREATE CONSTRAINT run_id IF NOT EXISTS
FOR (n:Run) REQUIRE (n.dataset, n.runId) IS UNIQUE;

CREATE CONSTRAINT artifact_identity IF NOT EXISTS
FOR (n:Artifact) REQUIRE (n.dataset, n.kind, n.key, n.hash) IS UNIQUE;

CREATE CONSTRAINT tile_identity IF NOT EXISTS
FOR (n:Tile) REQUIRE (n.dataset, n.key, n.hash) IS UNIQUE;

CREATE INDEX artifact_hash IF NOT EXISTS
FOR (n:Artifact) ON (n.hash);

CREATE CONSTRAINT model_hash IF NOT EXISTS
FOR (n:Model) REQUIRE n.hash IS UNIQUE;

CREATE INDEX model_id IF NOT EXISTS
FOR (n:Model) ON (n.modelId);

CREATE CONSTRAINT parameter_set_hash IF NOT EXISTS
FOR (n:ParameterSet) REQUIRE n.hash IS UNIQUE;

CREATE CONSTRAINT code_revision_identity IF NOT EXISTS
FOR (n:CodeRevision) REQUIRE (n.hash, n.dirty) IS UNIQUE;

CREATE CONSTRAINT environment_hash IF NOT EXISTS
FOR (n:Environment) REQUIRE n.hash IS UNIQUE;
