"""Show a world or a result: data in, a figure out."""
