// Whether no mask is given: what is stored holds.
($minConfidence IS NULL AND coalesce(size($maskedCells), 0) = 0)
// @unmasked
true
