from tortoise import migrations
from tortoise.migrations import operations as ops
from storage.tables import MomentField
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("huiyin", "0002_swaps_and_files")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Overrun",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "incident",
                    fields.ForeignKeyField(
                        "huiyin.Incident",
                        source_field="incident_id",
                        null=True,
                        db_constraint=True,
                        to_field="number",
                        related_name="overruns",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("duty", fields.IntField()),
                ("cycle", fields.IntField()),
                ("kind", fields.CharField(max_length=16)),
                ("owner", fields.CharField(max_length=80)),
                ("holder", fields.CharField(null=True, max_length=80)),
                ("department", fields.CharField(null=True, max_length=64)),
                ("due_at", MomentField()),
                ("recorded_at", MomentField()),
            ],
            options={
                "table": "overruns",
                "app": "huiyin",
                "unique_together": (("duty", "due_at"),),
                "indexes": [Index(fields=["incident_id"]), Index(fields=["due_at"])],
                "pk_attr": "id",
                "table_description": "A duty that ran past its due time: who owed it and who held the incident at that moment. Never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Publication",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "incident",
                    fields.ForeignKeyField(
                        "huiyin.Incident",
                        source_field="incident_id",
                        db_constraint=True,
                        to_field="number",
                        related_name="publications",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("cycle", fields.IntField()),
                ("edition", fields.IntField()),
                ("url", fields.TextField(null=True, unique=False)),
                ("fingerprint", fields.CharField(null=True, max_length=512)),
                ("file", fields.IntField(null=True)),
                ("by", fields.CharField(max_length=64)),
                ("at", MomentField()),
            ],
            options={
                "table": "publications",
                "app": "huiyin",
                "indexes": [Index(fields=["incident_id"]), Index(fields=["fingerprint"])],
                "pk_attr": "id",
                "table_description": "An answer that was published: which draft, where, and by whom. Never changed.",
            },
            bases=["Model"],
        ),
        ops.AddIndex(model_name="Duty", index=Index(fields=["state", "due_at"])),
        ops.AddIndex(model_name="Event", index=Index(fields=["kind", "at"])),
        ops.AddField(model_name="Incident", name="unanswerable", field=fields.TextField(null=True)),
    ]
