"""``python -m corredor`` is the command ``corredor``."""

from corredor.cli import main

if __name__ == "__main__":
    main()
