"""Papers: licences, agreements, proofs."""
