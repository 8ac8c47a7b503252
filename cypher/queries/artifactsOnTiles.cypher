// @name    artifactsOnTiles
// @summary Which of some artefacts hold pixels of any of some tiles.
// @mode    read
// @param   dataset String
// @param   tileIds List<String>
// @param   sources List<{kind String, key String, hash String}>
// @returns kind String, key String, hash String, tileIds List<String>
UNWIND $sources AS source
MATCH (a:Artifact {dataset: $dataset, kind: source.kind, key: source.key, hash: source.hash})
MATCH (a)-[:PIXELS_FROM*0..]->(t:Artifact)
WHERE t.kind = 'tile' AND t.key IN $tileIds
WITH DISTINCT a, t ORDER BY t.key
RETURN a.kind AS kind, a.key AS key, a.hash AS hash, collect(t.key) AS tileIds
