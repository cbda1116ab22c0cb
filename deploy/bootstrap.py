"""Make the environment in .venv from the hash-locked files. Standard library only; run by the Makefile.

`bootstrap.py run` installs what the site needs, `bootstrap.py dev` what tests and checks need as well. uv is used
where it is on the path, else venv and pip. A stamp makes every later call take a few milliseconds.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}
OLDEST = (3, 11)


def stamp(level: str) -> str:
    """What identifies an environment: the lock's content and its level."""
    return f"{level} {hashlib.sha256((ROOT / LOCKS[level]).read_bytes()).hexdigest()}"


def is_ready(level: str) -> bool:
    """Whether .venv already holds this level, or the larger one."""
    mark = VENV / "kept-stamp"
    have = mark.read_text() if mark.exists() else ""
    return have == stamp(level) or (level == "run" and have == stamp("dev"))


def python() -> str:
    """A Python that is new enough. Ends with one line naming what to install when there is none."""
    for name in ("python3", "python3.13", "python3.12", "python3.11"):
        path = shutil.which(name)
        if path and subprocess.call([path, "-c", f"import sys; sys.exit(sys.version_info < {OLDEST})"]) == 0:
            return path
    sys.exit("Kept needs Python 3.11 or newer. On Debian: apt-get install python3 python3-venv")


def install(level: str) -> None:
    """Make .venv anew and install exactly what the lock says."""
    lock = ROOT / LOCKS[level]
    uv = shutil.which("uv")
    quiet = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    print(f"Making the environment from {lock.name} …", flush=True)
    if uv:
        if not (VENV / "bin" / "python").exists():
            subprocess.run([uv, "venv", "--quiet", "--python", python(), str(VENV)], check=True)
        subprocess.run(
            [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(VENV / "bin/python"), str(lock)],
            check=True,
        )
    else:
        if not (VENV / "bin" / "pip").exists():
            made = subprocess.run([python(), "-m", "venv", "--clear", str(VENV)], check=False)
            if made.returncode:
                sys.exit("Python has no venv module here. On Debian: apt-get install python3-venv")
        subprocess.run(
            [str(VENV / "bin/pip"), "install", "--quiet", "--require-hashes", "-r", str(lock)],
            check=True,
            env=quiet,
        )
    (VENV / "kept-stamp").write_text(stamp(level))


def main() -> None:
    level = sys.argv[1] if len(sys.argv) > 1 else "run"
    if not is_ready(level):
        install(level)


if __name__ == "__main__":
    main()
