"""Maps of people in places, drawn and named."""
