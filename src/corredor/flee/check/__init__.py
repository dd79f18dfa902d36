"""What is wrong with a case, what Flee would make of it, and a corrected copy."""
