from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.tables import JsonField, MomentField


class Migration(migrations.Migration):
    dependencies = [("huiyin", "0005_who_named")]

    initial = False

    operations = [
        ops.AddField(model_name="Incident", name="origin", field=fields.CharField(db_default="found", max_length=16)),
        ops.AddField(model_name="Incident", name="origin_body", field=fields.CharField(null=True, max_length=64)),
        ops.AddField(model_name="Incident", name="superior", field=JsonField(null=True)),
        ops.CreateModel(
            name="HandedDown",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "incident",
                    fields.ForeignKeyField(
                        "huiyin.Incident",
                        source_field="incident_id",
                        db_constraint=True,
                        to_field="number",
                        related_name="orders",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("body", fields.CharField(max_length=64)),
                ("document", fields.CharField(null=True, max_length=80)),
                ("fingerprint", fields.CharField(null=True, unique=True, max_length=160)),
                ("by", fields.CharField(max_length=64)),
                ("at", MomentField()),
            ],
            options={
                "table": "handed_down",
                "app": "huiyin",
                "indexes": [Index(fields=["incident_id"])],
                "pk_attr": "id",
                "table_description": "A body's document by which it handed a matter down (交办), or the message that was its order. Never changed.",
            },
            bases=["Model"],
        ),
    ]
