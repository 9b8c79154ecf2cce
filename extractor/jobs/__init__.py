"""Floor 6: the ledger of packets and their jobs, and the engines that work them off."""
