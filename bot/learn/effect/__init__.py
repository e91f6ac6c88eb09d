"""What a decision would do, told before it is made."""
