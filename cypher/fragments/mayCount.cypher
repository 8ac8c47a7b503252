// Whether a connection can have the minimum weight at all: cells left out make it less than is stored, a confidence below
// the dataset's threshold makes it no more than all its synapses.
CASE WHEN $minConfidence IS NULL THEN connection.weight ELSE connection.weightHR END >= $minWeight
// @unmasked
connection.weight >= $minWeight
