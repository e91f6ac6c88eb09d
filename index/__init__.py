"""The retrieval engine: sentence encoder, vector and word indexes, and the ranker over them."""
