// Whether a mask leaves a site: of the minimum confidence, and in no masked cell.
(site.confidence >= coalesce($minConfidence, 0) AND stratome.outsideMask(site))
// @unmasked
true
