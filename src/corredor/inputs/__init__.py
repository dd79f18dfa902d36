"""What is read and written: tables and their contract, what ships, whole files."""
