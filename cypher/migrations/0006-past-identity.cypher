// All there is of one thing in history, by its end; an index by the kind and the end alone would lead through all that a
// revision replaced.
DROP INDEX past_key IF EXISTS;

CREATE INDEX past_identity IF NOT EXISTS
FOR (n:Past) ON (n.dataset, n.pastOf, n.pastKey, n.toRevision);
