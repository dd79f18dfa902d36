"""Scripts that write data of the checkout; run them with ``python -m``."""
