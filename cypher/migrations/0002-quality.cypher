// Quality: what each stage measured, per cell of a grid over the volume (or per section) and revision.
CREATE CONSTRAINT cell_key IF NOT EXISTS
FOR (n:Cell) REQUIRE (n.dataset, n.cellKey) IS UNIQUE;

CREATE CONSTRAINT measurement_key IF NOT EXISTS
FOR (n:Measurement) REQUIRE (n.dataset, n.layer, n.measure, n.cellKey, n.revision) IS UNIQUE;

CREATE CONSTRAINT anomaly_id IF NOT EXISTS
FOR (n:Anomaly) REQUIRE (n.dataset, n.anomalyId) IS UNIQUE;

CREATE CONSTRAINT diagnosis_id IF NOT EXISTS
FOR (n:Diagnosis) REQUIRE (n.dataset, n.diagnosisId) IS UNIQUE;

CREATE CONSTRAINT finding_id IF NOT EXISTS
FOR (n:Finding) REQUIRE (n.dataset, n.findingId) IS UNIQUE;

CREATE CONSTRAINT flag_id IF NOT EXISTS
FOR (n:Flag) REQUIRE (n.dataset, n.flagId) IS UNIQUE;

CREATE POINT INDEX cell_centre IF NOT EXISTS
FOR (n:Cell) ON (n.centre);
