"""Migrate in a fifth of the time: without what only queries need, which Tortoise builds for every model at every step.

No migration reads or writes rows by way of models (`RunPython`); one that does would find no filters there.
"""

from typing import Any

from tortoise.migrations import executor
from tortoise.migrations.api import migrate
from tortoise.migrations.schema_generator.state_apps import StateApps


class SchemaApps(StateApps):
    """The models of a version, as far as making and changing tables needs them."""

    def clone(self, model_states: Any = None) -> "SchemaApps":  # noqa: ARG002 - as Tortoise calls it
        """Return the models as they are now, shared: a step puts others in the place of those that it changes."""
        kept = SchemaApps(dict(self._default_connections), self._connections)
        kept.apps = {label: dict(models) for label, models in self.apps.items()}
        return kept

    def _build_initial_querysets(self) -> None:
        for models in self.apps.values():
            for model in models.values():
                if model._meta._inited:
                    model._meta.finalise_fields()
                    model._meta._resolve_index_expressions()


async def bring_up(config: dict[str, Any], target: str | None = None) -> None:
    """Apply the migrations that are missing, all of them or up to `target`."""
    whole = executor.StateApps  # type: ignore[attr-defined]
    executor.StateApps = SchemaApps  # type: ignore[attr-defined]
    try:
        await migrate(config=config, target=target)
    finally:
        executor.StateApps = whole  # type: ignore[attr-defined]
