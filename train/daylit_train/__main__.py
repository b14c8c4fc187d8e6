"""``python -m daylit_train prepare|train|grow|evaluate|export|quantize|compare|ablate``"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

COMMANDS = {
    "prepare": "check the data and give every daylight picture a class map",
    "train": "train by a recipe; goes on from the run's last checkpoint",
    "grow": "a wider network that draws what a trained one draws, to be trained on",
    "evaluate": "score a model folder and the baselines on pairs, clips and a detector",
    "export": "checkpoint -> model folder that daylit loads",
    "quantize": "add the int8 variant to a model folder, if it is good enough",
    "ablate": "short, equal runs with one part taken out at a time",
    "compare": "two or more reports side by side",
}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="daylit_train", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    words = sys.argv[1:] if argv is None else argv
    for name, help_text in COMMANDS.items():
        sub = commands.add_parser(name, help=help_text, description=help_text)
        if words and words[0] == name:  # a command's imports are heavy: only the one asked for is loaded
            module = import_module(f"daylit_train.{name}")
            module.add_arguments(sub)
            sub.set_defaults(run=module.run)
    args = parser.parse_args(words)
    return int(args.run(args))


if __name__ == "__main__":
    raise SystemExit(main())
