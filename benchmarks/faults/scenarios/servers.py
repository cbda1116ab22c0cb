"""Beat, Redis and PostgreSQL: killed, doubled, emptied, away, and crashed in the midst of sending."""

import subprocess
import time

from django.db import connection

from benchmarks.faults.count import count
from benchmarks.faults.flow import in_the_midst, settle
from benchmarks.faults.stage import Stage
from deploy import services


def beat_killed(stage: Stage) -> None:
    """kill -9 of beat, again and again; then ten minutes without one."""
    house = stage.house
    with stage.row("beat killed, and ten minutes without one", "beat") as row:
        stage.staff()
        people = stage.people(stage.size(long=300, short=10), opens_in=120)
        for _ in range(stage.size(long=10, short=1)):
            house.move(20)
            time.sleep(0.3 + stage.chance.random())
            row.kills += stage.kill_beat()
            stage.beat = house.beat()
        row.kills += stage.kill_beat()
        house.move(600)
        stage.is_seen_standing_still(row)
        stage.beat = house.beat()
        healed_at = stage.drain()
        count(house, row, people, healed_at=healed_at)


def two_beats(stage: Stage) -> None:
    """Two beats at once cost work, and send nothing twice."""
    house = stage.house
    with stage.row("two beats at once", "beat") as row:
        stage.staff()
        second = house.beat()
        people = stage.people(stage.size(long=500, short=20), opens_in=3)
        second.wait_for("Sending due task run-due")
        house.move(3.5)
        healed_at = stage.drain()
        second.kill()
        count(house, row, people, healed_at=healed_at)
        if row.max_copies > 1:
            row.broken.append("two beats made a copy")


def redis_flushed(stage: Stage) -> None:
    """FLUSHALL in the midst of sending: every message and every binding is gone."""
    house = stage.house
    with stage.row("Redis: FLUSHALL in the midst", "redis") as row:
        stage.staff()
        people = stage.people(stage.size(long=500, short=20))
        house.move(1.5)
        for _ in range(stage.size(long=6, short=2)):
            in_the_midst(house, stage.chance, seconds=2)
            subprocess.run(
                ["redis-cli", "-p", str(house.redis.port), "FLUSHALL"], check=True, stdout=subprocess.DEVNULL
            )
            row.injected += 1
        healed_at = stage.drain()
        count(house, row, people, healed_at=healed_at)


def redis_away(stage: Stage) -> None:
    """Stopped in the midst for ten minutes, then there again, empty."""
    house = stage.house
    with stage.row("Redis: stopped for ten minutes", "redis") as row:
        stage.staff()
        people = stage.people(stage.size(long=500, short=20))
        house.move(1.5)
        in_the_midst(house, stage.chance)
        house.redis.stop()
        row.injected = 1
        later = stage.people(stage.size(long=300, short=10), opens_in=60)  # due while it is away
        house.move(600)
        time.sleep(stage.size(long=8, short=1))
        house.redis.start()
        healed_at = stage.drain()
        count(house, row, people, healed_at=healed_at)
        count(house, row, later, healed_at=healed_at)


def redis_restarted(stage: Stage) -> None:
    """Stopped and started at once, several times."""
    house = stage.house
    with stage.row("Redis: restarted in the midst", "redis") as row:
        stage.staff()
        people = stage.people(stage.size(long=500, short=20))
        house.move(1.5)
        for _ in range(stage.size(long=5, short=1)):
            in_the_midst(house, stage.chance, seconds=4)
            house.redis.stop()
            house.redis.start()
            row.injected += 1
        healed_at = stage.drain()
        count(house, row, people, healed_at=healed_at)


def postgres_crashed(stage: Stage) -> None:
    """Stopped without a word to anybody and started again; what had committed is there (fsync is on)."""
    house = stage.house
    with stage.row("PostgreSQL: crashed in the midst", "postgres") as row:
        stage.staff()
        people = stage.people(stage.size(long=800, short=30))
        house.move(1.5)
        for _ in range(stage.size(long=8, short=1)):
            in_the_midst(house, stage.chance, seconds=4)
            connection.close()
            house.postgres.stop()
            time.sleep(stage.chance.random() * stage.size(long=3, short=0))
            house.postgres.start()
            services.wait_for(house.postgres.port)
            row.injected += 1
            settle(house, seconds=2)
            house.move(30)
        healed_at = stage.drain()
        count(house, row, people, healed_at=healed_at)
