"""The app's models, listed for Django; each lives in its room."""

from repair.plan.models import Agreement, Draft, PhaseProposal, RepairPlan, Signature, StepOut, Version
from repair.programmes.models import Enrolment, Ladder, LadderAnswer, OwnStory, Piece, PieceReply
from repair.schedules.models import QuietDays, Schedule, Seat
from repair.timeline.models import TimelineEvent

__all__ = [
    "Agreement", "Draft", "Enrolment", "Ladder", "LadderAnswer", "OwnStory", "PhaseProposal", "Piece",
    "PieceReply", "QuietDays", "RepairPlan", "Schedule", "Seat", "Signature", "StepOut", "TimelineEvent",
    "Version",
]  # fmt: skip
