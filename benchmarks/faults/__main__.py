"""`python -m benchmarks.faults`: break everything, count, and fail when a promise did not hold."""

import sys

from benchmarks.faults.command import main

sys.exit(main())
