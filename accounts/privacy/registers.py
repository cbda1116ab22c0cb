"""What this room registers when the site starts: the ledger and the keys hold nothing that can be exported."""

from accounts.privacy import ports
from accounts.privacy.models import Erasure
from accounts.vault.models import DataKey

ports.register(ports.Holding(name="keys", title="Keys", models=(Erasure, DataKey)))
