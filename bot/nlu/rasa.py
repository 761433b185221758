"""Rasa's own command, for our assistant: `python -m bot.nlu.rasa run ...`, or `train`.

With components of config.yml that need TensorFlow it is the same as `python -m rasa`.
"""

import sys

from bot import ROOT
from bot.nlu import without_tensorflow


def main() -> None:
    """Run Rasa with the words of the command line."""
    if without_tensorflow.fits(ROOT / "config.yml"):
        without_tensorflow.install()
    from rasa.__main__ import main as rasa

    rasa()


if __name__ == "__main__":
    sys.argv[0] = "rasa"
    main()
