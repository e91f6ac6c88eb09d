"""What an operator decides about a cluster: written into the data whole or not at all, on record, undone on demand."""
