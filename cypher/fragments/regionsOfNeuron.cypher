// What each region holds of a neuron, by its name: what is stored, or under a mask its sites with a partner that are left,
// counted among the regions that are stored. A contact lies where the site on this neuron does. Lists rather than sums, for
// whoever puts it beside other columns would have to group by them.
CASE WHEN stratome.unmasked() THEN apoc.convert.fromJsonMap(coalesce(neuron.roiInfo, '{}'))
ELSE apoc.map.fromPairs(COLLECT {
  WITH neuron, keys(apoc.convert.fromJsonMap(coalesce(neuron.roiInfo, '{}'))) AS regions,
       COLLECT { MATCH (neuron)-[:Contains]->(:SynapseSet)-[:Contains]->(own:Synapse) WHERE stratome.isCounted(own)
                 RETURN DISTINCT own } AS kept,
       COLLECT { MATCH (neuron)-[:Contains]->(:SynapseSet)-[:Contains]->(own:Synapse {type: 'pre'})-[:SynapsesTo]->(contact:Synapse)
                 WHERE stratome.isCounted(contact) WITH DISTINCT own, contact RETURN own } AS made
  UNWIND regions AS region
  WITH region, size([s IN kept WHERE s.type = 'pre' AND s[region]]) AS outs, size([s IN kept WHERE s.type = 'post' AND s[region]]) AS ins,
       size([s IN made WHERE s[region]]) AS feeds
  WHERE outs + ins + feeds > 0
  RETURN [region, {pre: outs, post: ins, upstream: ins, downstream: feeds, synweight: ins + feeds}]
}) END
// @unmasked
apoc.convert.fromJsonMap(coalesce(neuron.roiInfo, '{}'))
