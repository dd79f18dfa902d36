"""The study of the article: its months, series, scenarios and report."""
