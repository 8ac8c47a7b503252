// @name    storedWeightsByCell
// @summary Contacts of each pair of neurons by cell, beside the weight stored for the pair: the recount of a diagnosis.
// @mode    read
// @param   dataset String
// @returns cellKey String, preBodyId Int64, postBodyId Int64, contacts Int64, storedWeight Int64?
MATCH (post:Synapse {dataset: $dataset, type: 'post'})
WHERE post.siteId IS NOT NULL AND post.bodyId IS NOT NULL
MATCH (pre:Synapse)-[:SynapsesTo]->(post)
MATCH (post)-[:IN_CELL]->(c:Cell)
WITH c.cellKey AS cellKey, pre.bodyId AS preBodyId, post.bodyId AS postBodyId, count(*) AS contacts
MATCH (a:Neuron {dataset: $dataset, bodyId: preBodyId})
MATCH (b:Neuron {dataset: $dataset, bodyId: postBodyId})
OPTIONAL MATCH (a)-[stored:ConnectsTo]->(b)
RETURN cellKey, preBodyId, postBodyId, contacts, stored.weightHR AS storedWeight
ORDER BY cellKey, preBodyId, postBodyId
