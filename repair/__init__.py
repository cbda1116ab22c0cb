"""The roof (settings, entrances, clock) and the rooms of the plan.

Every process passes through here first, so this is where the time zones' data is chosen: the pinned `tzdata`
package, the same in every process on every machine, and not whatever release an operating system happens to carry.
An operator who sets PYTHONTZPATH has chosen otherwise.
"""

import os
import zoneinfo

if "PYTHONTZPATH" not in os.environ:
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()
