// The synapses of a connection at a revision: those stored, or under a mask those of the minimum confidence (the dataset's
// threshold of then where none is given) that lie in no masked cell. The connection is a map with both ends and weight.
CASE WHEN stratome.unmasked() THEN connection.weight
     WHEN $minConfidence IS NOT NULL THEN size(stratome.contactsAt(connection))
     ELSE head([least IN [stratome.metaAt().postHighAccuracyThreshold] |
                size([c IN stratome.contactsAt(connection) WHERE c.confidence >= least])]) END
// @unmasked
connection.weight
