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
                "table_description": "An incident whose texts are in a file of several. The file is erased with the first of its incidents.",
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
                "table_description": "A swap: the taker takes over the giver's shift of a roster, which begins at `shift_at`. The newest one counts.",
            },
        ),
        ops.AddField(model_name="Swap", name="roster", field=fields.CharField(db_default="", max_length=32)),
        ops.AddField(model_name="Swap", name="state", field=fields.CharField(db_default="agreed", max_length=16)),
        ops.AddIndex(model_name="Swap", index=Index(fields=["state"])),
    ]
