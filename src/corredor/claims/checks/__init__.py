"""The checks that a claim may ask for, one file for each family."""
