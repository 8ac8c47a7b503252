// @name    revisionRunDifference
// @summary For each stage, which of the six fields differ between its last run behind one revision and that behind another,
//          and which parameters; only stages whose runs differ.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   otherRevision Int64
// @returns stage String, layer String, runId String?, otherRunId String?, fields List<String>,
//          parameters List<{name String, value String?, other String?}>
OPTIONAL MATCH (one:Revision {dataset: $dataset, revision: $revision})
OPTIONAL MATCH (two:Revision {dataset: $dataset, revision: $otherRevision})
WITH coalesce(one.lineageRevision, $revision) AS held, coalesce(two.lineageRevision, $otherRevision) AS otherHeld
MATCH (any:Run {dataset: $dataset}) WHERE any.runId IS NOT NULL
WITH DISTINCT held, otherHeld, any.stage AS stage, any.layer AS layer
CALL (stage, held) {
  OPTIONAL MATCH (r:Run {dataset: $dataset})
  WHERE r.runId IS NOT NULL AND r.stage = stage AND r.revision <= held <= coalesce(r.lastRevision, r.revision)
  RETURN r ORDER BY r.revision DESC LIMIT 1
}
CALL (stage, otherHeld) {
  OPTIONAL MATCH (o:Run {dataset: $dataset})
  WHERE o.runId IS NOT NULL AND o.stage = stage
    AND o.revision <= otherHeld <= coalesce(o.lastRevision, o.revision)
  RETURN o ORDER BY o.revision DESC LIMIT 1
}
WITH stage, layer, r, o WHERE NOT (r IS NULL AND o IS NULL)
WITH stage, layer, r, o,
     [f IN [['input', r.inputHash, o.inputHash],
            ['code', [r.codeRevision, r.codeDirty, coalesce(r.stageVersion, 0)],
                     [o.codeRevision, o.codeDirty, coalesce(o.stageVersion, 0)]],
            ['model', r.modelHash, o.modelHash], ['parameters', r.parametersHash, o.parametersHash],
            ['environment', r.environmentHash, o.environmentHash], ['output', r.outputHash, o.outputHash]]
      WHERE r IS NULL OR o IS NULL OR f[1] <> f[2] | f[0]] AS fields
WHERE size(fields) > 0
OPTIONAL MATCH (p:ParameterSet {hash: r.parametersHash})
OPTIONAL MATCH (q:ParameterSet {hash: o.parametersHash})
WITH stage, layer, r, o, fields, coalesce(p.names, []) AS names, p.values AS values,
     coalesce(q.names, []) AS otherNames, q.values AS otherValues
CALL (names, values, otherNames, otherValues) {
  UNWIND names + otherNames AS name
  WITH DISTINCT name,
       head([i IN range(0, size(names) - 1) WHERE names[i] = name | values[i]]) AS value,
       head([i IN range(0, size(otherNames) - 1) WHERE otherNames[i] = name | otherValues[i]]) AS other
  WHERE value IS NULL OR other IS NULL OR value <> other
  WITH name, value, other ORDER BY name
  RETURN collect({name: name, value: value, other: other}) AS parameters
}
RETURN stage, layer, r.runId AS runId, o.runId AS otherRunId, fields, parameters ORDER BY layer, stage
