// What else is told of a connection at a revision, stored or recounted from the contacts that a mask leaves.
CALL (connection) {
  WITH connection WHERE stratome.unmasked()
  RETURN connection.row.weightHP AS weightHP, connection.row.excitatoryShare AS excitatoryShare,
         connection.row.meanConfidence AS meanConfidence
  UNION ALL
  WITH connection WHERE NOT stratome.unmasked()
  WITH stratome.contactsAt(connection) AS sites, stratome.metaAt().postHPThreshold AS threshold
  RETURN size([s IN sites WHERE s.confidence >= threshold]) AS weightHP,
         CASE WHEN any(s IN sites WHERE s.kind <> 'unknown') THEN toFloat(size([s IN sites WHERE s.kind = 'excitatory']))
           / size([s IN sites WHERE s.kind <> 'unknown']) END AS excitatoryShare,
         CASE WHEN size(sites) > 0 THEN reduce(sum = 0.0, s IN sites | sum + s.confidence) / size(sites) END AS meanConfidence
}
// @unmasked
WITH *, connection.row.weightHP AS weightHP, connection.row.excitatoryShare AS excitatoryShare,
     connection.row.meanConfidence AS meanConfidence
