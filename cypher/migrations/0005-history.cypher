// What a later revision replaced, under labels of its own. Every such node is a Past: pastOf says of what kind it is,
// pastKey which one, and fromRevision (inclusive) to toRevision (exclusive) when it held. One that carries no other label says
// that there was none.
CREATE INDEX past_key IF NOT EXISTS
FOR (n:Past) ON (n.dataset, n.pastOf, n.pastKey);

CREATE INDEX past_end IF NOT EXISTS
FOR (n:Past) ON (n.dataset, n.pastOf, n.toRevision);

CREATE INDEX past_segment_body IF NOT EXISTS
FOR (n:PastSegment) ON (n.dataset, n.bodyId);

CREATE INDEX past_connection_pre IF NOT EXISTS
FOR (n:PastConnection) ON (n.dataset, n.preBodyId);

CREATE INDEX past_connection_post IF NOT EXISTS
FOR (n:PastConnection) ON (n.dataset, n.postBodyId);

CREATE INDEX past_connection_weight IF NOT EXISTS
FOR (n:PastConnection) ON (n.dataset, n.weight);

CREATE INDEX past_synapse_bodies IF NOT EXISTS
FOR (n:PastSynapse) ON (n.dataset, n.preBodyId, n.bodyId);

CREATE POINT INDEX past_synapse_location IF NOT EXISTS
FOR (n:PastSynapse) ON (n.location);

CREATE INDEX measurement_revision IF NOT EXISTS
FOR (n:Measurement) ON (n.dataset, n.revision);
