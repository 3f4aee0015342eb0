from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("huiyin", "0001_initial")]

    initial = False

    operations = [
        ops.CreateModel(
            name="FileMatter",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("file", fields.IntField()),
                ("incident", fields.IntField()),
            ],
            options={
                "table": "file_matters",
                "app": "huiyin",
                "indexes": [Index(fields=["incident"])],
                "pk_attr": "id",
                "table_description": "Whose texts a file holds that is no incident's own: it is erased with the first of them.",
            },
            bases=["Model"],
        ),
        ops.AlterModelOptions(
            name="Swap",
            options={
                "table": "swaps",
                "app": "huiyin",
                "indexes": [Index(fields=["shift_at"]), Index(fields=["state"])],
                "pk_attr": "id",
                "table_description": "Somebody takes over another's shift of a roster, which begins at `shift_at`. The newest word for a giver counts.",
            },
        ),
        ops.AddField(model_name="Swap", name="roster", field=fields.CharField(db_default="", max_length=32)),
        ops.AddField(model_name="Swap", name="state", field=fields.CharField(db_default="agreed", max_length=16)),
        ops.AddIndex(model_name="Swap", index=Index(fields=["state"])),
    ]
