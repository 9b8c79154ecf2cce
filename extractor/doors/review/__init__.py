"""The review page: a queue of packets, one packet beside its pages, decisions by keyboard."""
