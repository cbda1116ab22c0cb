"""Guards in the database itself: what PostgreSQL refuses whoever asks, the site's own code included."""

from typing import Any

from django.db.models import BaseConstraint


class AppendOnly(BaseConstraint):
    """Rows of the audit are neither changed nor deleted, but for the oldest ones that the chain has let go.

    Written as a constraint so that the migration that makes the table makes the triggers too, and keeps them when
    it is written anew. A row may go only once the head's `kept_from` has passed it: moving that needs the key file
    (see `chain.seal_of`), or `verify` notices. SQLite has no such guard: who can write that file owns all of it.
    """

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        """Nothing in the table's own statement; the triggers come behind it."""
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.deferred_sql.extend(self._statements(model))
        return ""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        """The same for a table that is there already."""
        if schema_editor.connection.vendor != "postgresql":
            return ""
        return ";\n".join(self._statements(model))

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        """Take the triggers and their function away."""
        if schema_editor.connection.vendor != "postgresql":
            return ""
        return f"DROP FUNCTION IF EXISTS {self.name}() CASCADE"

    def validate(self, *_: Any, **__: Any) -> None:
        """A row in hand is neither changed nor deleted: nothing to look at."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AppendOnly) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def _statements(self, model: Any) -> list[str]:
        table = model._meta.db_table
        head = f"{model._meta.app_label}_head"  # by name: the migration makes that table later
        function = f"""CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.number < (SELECT kept_from FROM {head} WHERE id = 1) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the audit is only added to' USING ERRCODE = 'insufficient_privilege';
END $$"""  # noqa: S608 - names of ours alone
        trigger = f"""CREATE TRIGGER {self.name} BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {self.name}()"""
        return [function, trigger]
