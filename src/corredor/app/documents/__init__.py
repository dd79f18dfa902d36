"""What the app sends: runs, maps, tables and words as documents."""
