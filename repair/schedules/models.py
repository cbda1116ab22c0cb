"""A rhythm in force is one Schedule with a Seat for each partner; quiet days stop it for a while."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from accounts.couples.models import Couple, Membership
from accounts.vault.models import SealedModel
from repair.plan.models import Agreement
from repair.schedules import recurrence

if TYPE_CHECKING:
    from accounts.access import Viewer


class Frequency(models.TextChoices):
    """How a rule repeats; the values are those of `recurrence.Frequency`."""

    DAILY = recurrence.Frequency.DAILY.value, "Every day"
    WEEKLY = recurrence.Frequency.WEEKLY.value, "On chosen weekdays"
    EVERY_WEEKS = recurrence.Frequency.EVERY_WEEKS.value, "Every few weeks"
    MONTHLY_DAY = recurrence.Frequency.MONTHLY_DAY.value, "Monthly, on a date"
    MONTHLY_NTH = recurrence.Frequency.MONTHLY_NTH.value, "Monthly, on a weekday"


class Schedule(SealedModel):
    """The rule of one rhythm, compiled from the wording in force and rewritten in place with each new one."""

    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="schedule")
    couple = models.ForeignKey(Couple, models.PROTECT, related_name="schedules")
    question_set = models.CharField(max_length=40)  # a slug of repair.programmes.content
    frequency = models.CharField(max_length=10, choices=Frequency.choices)
    every = models.PositiveSmallIntegerField(default=1)  # n of “every n weeks”
    weekdays = models.PositiveSmallIntegerField(default=0)  # bit 0 is Monday
    month_day = models.PositiveSmallIntegerField(null=True, blank=True)  # 1–31
    nth = models.SmallIntegerField(null=True, blank=True)  # 1–4, or -1 for the last
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reading_time = models.TimeField(null=True, blank=True)  # null: as soon as both are in
    reading_days_after = models.PositiveSmallIntegerField(default=1)
    remind_after_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    in_force = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="schedule_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=Q(every__gte=1), name="schedule_every_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.frequency} schedule"

    @property
    def rule(self) -> recurrence.Rule:
        """Which dates this schedule names."""
        return recurrence.Rule(
            frequency=recurrence.Frequency(self.frequency),
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            every=self.every,
            weekdays=self.weekdays,
            month_day=self.month_day,
            nth=self.nth,
        )


class Seat(models.Model):
    """One partner's place in a schedule. `next_due_at` is when their next prompt opens; null: none is due.

    Known by the two it joins: every occurrence rewrites the row with all its indexes, and a key of its own would
    be one more, on another page for each seat. Both seats of a rhythm stand side by side in this one.
    """

    pk = models.CompositePrimaryKey("schedule", "membership")
    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="seats", db_index=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="seats", db_index=False)
    couple = models.ForeignKey(Couple, models.PROTECT, related_name="+", db_index=False)  # the schedule's
    opens_at = models.TimeField()  # this partner's wall clock
    closes_at = models.TimeField()  # at or before opens_at: on the next day
    next_on = models.DateField(null=True, blank=True)  # the rule's date that next_due_at stands for
    next_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        # In the order the engine claims them: all seats of a couple one after the other. Which part of the couples
        # a seat belongs to is read here, so that no seat of another part is looked at.
        indexes = [
            models.Index(fields=["next_due_at", "couple"], condition=Q(next_due_at__isnull=False), name="seat_due")
        ]

    def __str__(self) -> str:
        return f"seat in {self.schedule_id}"


class QuietDaysQuerySet(models.QuerySet["QuietDays"]):
    def visible_to(self, viewer: "Viewer") -> "QuietDaysQuerySet":
        """The couple's quiet days; who set them is on no page."""
        if viewer.case is not None:
            return self.filter(couple_id=viewer.case.couple_id) if viewer.case.open else self.none()
        couple = viewer.couple_id
        return self.filter(couple_id=couple) if couple is not None and viewer.is_in(couple) else self.none()


class QuietDays(SealedModel):
    """A dated stop of the rhythm that either partner sets and both see, without a name."""

    couple = models.ForeignKey(Couple, models.PROTECT, related_name="quiet_days")
    set_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    first_on = models.DateField()
    last_on = models.DateField()
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # taken back whole; see repair.schedules.quiet

    objects = QuietDaysQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="quiet_days_end_after_they_start")
        ]

    def __str__(self) -> str:
        return f"quiet {self.first_on} to {self.last_on}"
