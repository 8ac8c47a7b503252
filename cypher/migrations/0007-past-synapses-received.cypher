// The synapses that a segment received at an earlier revision.
CREATE INDEX past_synapse_post IF NOT EXISTS
FOR (n:PastSynapse) ON (n.dataset, n.bodyId);
