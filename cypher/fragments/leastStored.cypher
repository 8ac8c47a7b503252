// The stored weight that a connection must have to be looked at: cells left out make it less, a confidence below the
// dataset's threshold may make it more.
CASE WHEN $minConfidence IS NULL THEN $minWeight ELSE 0 END
// @unmasked
$minWeight
