"""The column type of everything that people write, mark or choose."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _Base = models.BinaryField[bytes, bytes]
else:
    _Base = models.BinaryField


class SealedField(_Base):
    """Sealed bytes, and nothing else: verbs write with `vault.seal`, readers read with `vault.open`.

    `label` names the field for good (it is part of what the bytes are tied to; renaming the column does not
    change it). `size` is the fixed number of bytes that the padded value takes, for marks and choices; without
    it text is padded in steps of 64.
    """

    def __init__(self, *args: Any, label: str = "", size: int | None = None, **kwargs: Any) -> None:
        self.label = label
        self.size = size
        kwargs.setdefault("default", bytes)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["label"] = self.label
        if self.size is not None:
            kwargs["size"] = self.size
        return name, path, args, kwargs

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002
        if value is not None and not isinstance(value, bytes | bytearray | memoryview):
            message = f"{self.model.__name__}.{self.name} takes sealed bytes only; use vault.seal"
            raise TypeError(message)
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, *_: Any) -> bytes | None:
        """Bytes, whatever the database driver hands over."""
        return None if value is None else bytes(value)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:  # noqa: FBT001, FBT002
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _OnlyBytes(name))


class _OnlyBytes:
    """Refuses text at the moment of assignment, long before it could reach the database."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        if self.name not in row.__dict__:
            row.refresh_from_db(fields=[self.name])
        return row.__dict__[self.name]

    def __set__(self, row: Any, value: Any) -> None:
        if value is not None and not isinstance(value, bytes | bytearray | memoryview):
            message = f"{type(row).__name__}.{self.name} takes sealed bytes only; use vault.seal"
            raise TypeError(message)
        row.__dict__[self.name] = None if value is None else bytes(value)
