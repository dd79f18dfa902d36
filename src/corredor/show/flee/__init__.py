"""Pages and charts of Flee cases."""
