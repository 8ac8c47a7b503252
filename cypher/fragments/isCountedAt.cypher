// Whether a mask leaves a site of an earlier revision, which is the head's or one that a later revision replaced: of the
// minimum confidence, and in no masked cell.
(site.confidence >= coalesce($minConfidence, 0)
 AND CASE WHEN site:Past THEN NOT coalesce(site.cellKey IN $maskedCells, false) ELSE stratome.outsideMask(site) END)
// @unmasked
true
