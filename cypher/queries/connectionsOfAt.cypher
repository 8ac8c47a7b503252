// @name    connectionsOfAt
// @summary The connections at a revision that leave any of some neurons, or that reach any of them: a step of a walk.
// @mode    read
// @param   dataset String
// @param   revision Int64
// @param   bodyIds List<Int64>
// @param   direction String  upstream or downstream
// @param   minWeight Int64  synapses
// @mask
// @returns preBodyId Int64, postBodyId Int64, weight Int64
UNWIND $bodyIds AS body
UNWIND CASE $direction WHEN 'downstream' THEN stratome.outgoingAt(body) ELSE stratome.incomingAt(body) END AS hop
RETURN CASE $direction WHEN 'downstream' THEN body ELSE hop[0] END AS preBodyId,
       CASE $direction WHEN 'downstream' THEN hop[0] ELSE body END AS postBodyId, hop[1] AS weight
