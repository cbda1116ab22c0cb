"""`python -m repair.programmes.check [folder]`: what is wrong in the content files, one line for each.

For somebody who writes content: needs no settings and no database, and names every wrong file, not only the first.
Ends with status 1 if there is one.
"""

import sys
from pathlib import Path

from repair.programmes.content import FOLDER
from repair.programmes.reading import faults, load


def main(folder: Path) -> int:
    """Print the faults of a folder, or how much stands in it. Returns the exit status."""
    found = faults(folder)
    lines = list(found)
    if not found:
        content = load(folder)
        counts = f"{len(content.practices)} practices, {len(content.programmes)} programmes"
        lines = [f"{counts}: all as they should be."]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
