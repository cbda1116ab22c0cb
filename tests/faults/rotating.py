"""A process that rotates keys in children and kills them: `python -m tests.faults.rotating KILLS SECONDS SEED`.

Django is loaded once; each child is forked from there, so that the moment of its death falls into its work. Prints
JSON: how many were killed at work, how many finished.
"""

import json
import os
import random
import signal
import sys
import time

import django


def main(kills: int, seconds: float, seed: int) -> dict[str, int]:
    """Rotate over and over until so many children have been killed, or the time is up."""
    django.setup()
    chance, until = random.Random(seed), time.monotonic() + seconds
    killed = finished = 0
    fresh, takes = True, 0.3
    while killed < kills and time.monotonic() < until:
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            _rotate(resume=not fresh)
        whole = killed + finished < 2  # two runs are left alone, to learn how long one takes
        if not whole:
            time.sleep(chance.uniform(0, takes))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            killed += 1
            fresh = chance.random() < 0.2  # an operator who forgets --resume
        else:
            assert os.waitstatus_to_exitcode(status) == 0
            finished += 1
            fresh, takes = True, (min(1.0, time.monotonic() - began) if whole else takes)
    return {"killed": killed, "finished": finished}


def _rotate(*, resume: bool) -> None:
    """What a child does; never returns."""
    from django.core.management import call_command

    code = 1
    try:
        with open(os.devnull, "w") as nowhere:  # noqa: PTH123
            call_command(
                "rotate_keys", *(["--resume"] if resume else []), "--drop-old", "--batch=10", stdout=nowhere
            )
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))))
