"""From the journal to what is worth teaching: wordings, clusters of them, and a suggestion for each."""
