"""Practices and programmes of a folder, read file by file and then fitted together.

Each stands in a file called like its slug. When one changes so that somebody in the middle of it would lose their
place, its version goes up and the earlier file stays as `<slug>-<version>.toml`: what was begun is shown in the
version it was begun with.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from repair.programmes import files
from repair.programmes.files import File
from repair.programmes.practice_reading import practice
from repair.programmes.practice_shapes import Practice, Programme
from repair.programmes.programme_reading import fitting, programme
from repair.programmes.shapes import ContentError, Practices, Programmes

Guided = TypeVar("Guided", Practice, Programme)
Wrong = Callable[[ContentError], None]


def stop(error: ContentError) -> None:
    """What to do with a wrong file when the site starts."""
    raise error


def guided(folder: Path, *, wrong: Wrong) -> tuple[Practices, Programmes]:
    """All practices and programmes by (slug, version). Each wrong file is handed to `wrong` and left out."""
    practices = _read_all(folder, "practice", practice, wrong)
    programmes = _read_all(folder, "programme", programme, wrong)
    newest = {slug: found for (slug, _), (found, _file) in sorted(practices.items(), key=lambda pair: pair[0])}
    for found, file in programmes.values():
        try:
            fitting(file, found, newest)
        except ContentError as error:
            wrong(error)
    for one, file in practices.values():
        if one.log and one.log not in newest:
            wrong(file.wrong(f"there is no practice “{one.log}”", "log"))
    _ids_once(programmes, wrong)
    return _without_files(practices), _without_files(programmes)


def _without_files(found: Mapping[tuple[str, int], tuple[Guided, File]]) -> dict[tuple[str, int], Guided]:
    return {key: one for key, (one, _file) in found.items()}


def _read_all(
    folder: Path, kind: str, reader: Callable[[File], Guided], wrong: Wrong
) -> dict[tuple[str, int], tuple[Guided, File]]:
    found: dict[tuple[str, int], tuple[Guided, File]] = {}
    for path in sorted((folder / f"{kind}s").glob("*.toml")):
        try:
            file = files.read(path, folder)
            one = _one(file, kind, reader)
            if (one.slug, one.version) in found:
                raise file.wrong(f"another file has the slug “{one.slug}” and version {one.version}", "slug")
        except ContentError as error:
            wrong(error)
            continue
        found[one.slug, one.version] = (one, file)
    for (slug, version), (_, file) in found.items():
        if version > 1 and (slug, version - 1) not in found:
            wrong(file.wrong(f"version {version - 1} must stay as {slug}-{version - 1}.toml", "version"))
    return found


def _one(file: File, kind: str, reader: Callable[[File], Guided]) -> Guided:
    if file.data.get("kind") != kind:
        raise file.wrong(f"kind must be “{kind}” in this folder", "kind")
    slug = files.head(file)
    version = file.data["version"]
    if file.path.stem not in {slug, f"{slug}-{version}"}:
        raise file.wrong(f"the file must be called {slug}.toml, or {slug}-{version}.toml", "slug")
    return reader(file)


def _ids_once(programmes: Mapping[tuple[str, int], tuple[Programme, File]], wrong: Wrong) -> None:
    by_id: dict[str, str] = {}
    for found, file in programmes.values():
        if by_id.setdefault(found.id, found.slug) != found.slug:
            wrong(file.wrong(f"another programme has the id {found.id}", "id ="))
