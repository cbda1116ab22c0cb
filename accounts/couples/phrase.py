"""Two words by which two people can tell each other, in person or by phone, that they mean the same invitation."""

from uuid import UUID

from accounts.vault import services as vault

FIRST = [
    "amber", "ample", "basalt", "birch", "bramble", "brisk", "cedar", "chalk", "clear", "clover", "cobalt",
    "copper", "coral", "crisp", "dappled", "dusty", "early", "eastern", "even", "fallow", "fern", "flint",
    "frosty", "gentle", "ginger", "golden", "granite", "hazel", "hollow", "indigo", "inland", "ivory",
    "juniper", "level", "linen", "lofty", "lunar", "maple", "marble", "mellow", "mild", "misty", "mossy",
    "narrow", "northern", "oaken", "olive", "opal", "patient", "pearl", "plain", "quiet", "russet", "sandy",
    "silver", "slate", "southern", "spare", "sunlit", "tidal", "velvet", "walnut", "western", "woollen",
]  # fmt: skip

SECOND = [
    "acorn", "anchor", "apron", "arbour", "attic", "barrel", "basket", "beacon", "bench", "boulder", "bridge",
    "brook", "bucket", "cabin", "candle", "canoe", "chimney", "cottage", "cradle", "creek", "doorstep", "dune",
    "envelope", "feather", "ferry", "fiddle", "garden", "gate", "glacier", "harbour", "hedge", "hillside",
    "kettle", "ladder", "lagoon", "lantern", "lighthouse", "lintel", "loom", "meadow", "mitten", "notebook",
    "orchard", "paddle", "path", "pebble", "pillow", "pocket", "quilt", "raft", "river", "saddle", "shelf",
    "spoon", "staircase", "teapot", "thimble", "thread", "tunnel", "valley", "violin", "well", "willow",
    "window",
]  # fmt: skip


def phrase_of(invitation_id: UUID) -> str:
    """The two words of an invitation: the same for both, not to be guessed by anybody else."""
    digest = vault.keyed_hash("phrase", str(invitation_id))
    return f"{FIRST[digest[0] % len(FIRST)]} {SECOND[digest[1] % len(SECOND)]}"
