"""Fit the model to the record, forecast and score: calibration, forecasts, baselines, backtests."""
