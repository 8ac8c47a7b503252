// @name    upsertModels
// @summary Records models; the hash of the weights is a model's identity.
// @mode    write
// @param   rows List<{hash String, modelId String, card String?, licence String?}>  card: JSON of the model card
// @returns written Int64
UNWIND $rows AS row
MERGE (m:Model {hash: row.hash})
SET m.modelId = row.modelId, m.card = coalesce(row.card, m.card), m.licence = coalesce(row.licence, m.licence)
RETURN count(*) AS written
