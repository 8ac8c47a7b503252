// Head is the only commit point of a revision: compared and set in the transaction that applies the change.
CREATE CONSTRAINT head_dataset IF NOT EXISTS
FOR (n:Head) REQUIRE n.dataset IS UNIQUE;

CREATE CONSTRAINT revision_number IF NOT EXISTS
FOR (n:Revision) REQUIRE (n.dataset, n.revision) IS UNIQUE;
