"""The guide assistant as a service: what citizens write comes in, a quoted page of the book goes out."""
