"""storewatch: which smartphone vendor opens, plans or closes stores, where, how many, by when, and who says so."""
