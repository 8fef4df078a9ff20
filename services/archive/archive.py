"""An archive: an object store, a catalog and the settings that name them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .entering import Entering
from .settings import Settings, check_settings

if TYPE_CHECKING:
    from .catalog import Catalog
    from .objects import Objects


@dataclass(frozen=True, slots=True)
class Archive:
    """What every part of the stack holds in its hand. Open it after a fork, close it at the end."""

    objects: Objects
    catalog: Catalog
    settings: Settings
    entering: Entering = field(default_factory=Entering, compare=False, repr=False)

    def close(self) -> None:
        """Give connections back."""
        self.catalog.close()


def open_archive(settings: Settings) -> Archive:
    """Open object store and catalog, and bring the catalog's schema up to date if the settings say so.

    Raises:
        SettingsError: the settings do not fit together.
        MigrationError: the schema is not this release's, and ``create_schema`` is off.
        UnavailableError: a server does not answer.
    """
    check_settings(settings)
    from .sql import open_catalog
    from .stores import open_objects

    catalog = open_catalog(settings)
    if settings.create_schema:
        catalog.migrate()
    return Archive(open_objects(settings), catalog, settings)
