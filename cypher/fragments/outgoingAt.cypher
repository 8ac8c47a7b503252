// The neurons that a neuron synapsed onto at a revision, with the weights that a mask leaves: a list of [id, weight].
COLLECT {
  stratome.linksFrom(body)
  WITH link, stratome.weightAt(link) AS kept WHERE kept >= $minWeight
  RETURN [link.postBodyId, kept] AS step
}
