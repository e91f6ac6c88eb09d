"""What a clerk does with a guide beyond reading it out: lists, walks, hours, ways, comparisons. No Rasa, no index."""
