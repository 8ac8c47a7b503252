// @name    stageRunDifference
// @summary Which of the six fields differ between two stage runs, and, parameter by parameter, which values.
// @mode    read
// @param   dataset String
// @param   runId String
// @param   otherRunId String
// @returns stage String, otherStage String, fields List<{field String, differs Boolean, value String, other String}>,
//          parameters List<{name String, value String?, other String?}>
MATCH (r:Run {dataset: $dataset, runId: $runId})
MATCH (o:Run {dataset: $dataset, runId: $otherRunId})
OPTIONAL MATCH (p:ParameterSet {hash: r.parametersHash})
OPTIONAL MATCH (q:ParameterSet {hash: o.parametersHash})
WITH r, o, coalesce(p.names, []) AS names, p.values AS values, coalesce(q.names, []) AS otherNames,
     q.values AS otherValues
CALL (names, values, otherNames, otherValues) {
  UNWIND names + otherNames AS name
  WITH DISTINCT name,
       head([i IN range(0, size(names) - 1) WHERE names[i] = name | values[i]]) AS value,
       head([i IN range(0, size(otherNames) - 1) WHERE otherNames[i] = name | otherValues[i]]) AS other
  WHERE value IS NULL OR other IS NULL OR value <> other
  WITH name, value, other ORDER BY name
  RETURN collect({name: name, value: value, other: other}) AS parameters
}
WITH r, o, parameters,
     [['input', r.inputHash, o.inputHash],
      ['code', r.codeRevision + CASE WHEN r.codeDirty THEN '+changes' ELSE '' END +
               coalesce(', stage version ' + r.stageVersion, ''),
               o.codeRevision + CASE WHEN o.codeDirty THEN '+changes' ELSE '' END +
               coalesce(', stage version ' + o.stageVersion, '')],
      ['model', r.modelId + ' ' + r.modelHash, o.modelId + ' ' + o.modelHash],
      ['parameters', r.parametersHash, o.parametersHash],
      ['environment', r.environmentHash, o.environmentHash],
      ['output', r.outputHash, o.outputHash]] AS pairs
RETURN r.stage AS stage, o.stage AS otherStage,
       [f IN pairs | {field: f[0], differs: f[1] <> f[2], value: f[1], other: f[2]}] AS fields, parameters
