// The neurons that synapsed onto a neuron at a revision, with the weights that a mask leaves: a list of [id, weight].
COLLECT {
  stratome.linksInto(body)
  WITH link, stratome.weightAt(link) AS kept WHERE kept >= $minWeight
  RETURN [link.preBodyId, kept] AS step
}
