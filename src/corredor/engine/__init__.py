"""The engine: randomness by address, the draws, the day loop and the recorder."""
