from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from storage.tables import MomentField


class Migration(migrations.Migration):
    dependencies = [("huiyin", "0003_overruns_and_publications")]

    initial = False

    operations = [
        ops.AddField(model_name="Inbox", name="conversation", field=fields.CharField(null=True, max_length=160)),
        ops.AddField(model_name="Inbox", name="sender", field=fields.CharField(null=True, max_length=160)),
        ops.AddField(model_name="Inbox", name="owner", field=fields.CharField(null=True, max_length=120)),
        ops.AddField(model_name="Inbox", name="fault", field=fields.CharField(null=True, max_length=16)),
        ops.AddField(model_name="Inbox", name="refusals", field=fields.IntField(db_default=0)),
        ops.AddField(model_name="Inbox", name="retried", field=fields.IntField(db_default=0)),
        ops.AddField(model_name="Inbox", name="failure", field=fields.IntField(null=True)),
        ops.AddField(model_name="Inbox", name="told_at", field=MomentField(null=True)),
        ops.AddIndex(model_name="Inbox", index=Index(fields=["state", "channel", "conversation"])),
        ops.AddField(model_name="Outbox", name="owner", field=fields.CharField(null=True, max_length=120)),
        ops.AddField(model_name="Outbox", name="reminds", field=fields.TextField(null=True, unique=False)),
        ops.AddField(model_name="Outbox", name="failure", field=fields.IntField(null=True)),
        ops.AddField(model_name="Outbox", name="told_at", field=MomentField(null=True)),
        ops.CreateModel(
            name="Setback",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("kind", fields.CharField(max_length=16)),
                ("subject", fields.CharField(max_length=80)),
                ("first_at", MomentField()),
                ("last_at", MomentField()),
                ("times", fields.IntField()),
                ("error", fields.TextField(unique=False)),
                ("failure", fields.IntField(null=True)),
                ("told_at", MomentField(null=True)),
            ],
            options={
                "table": "setbacks",
                "app": "huiyin",
                "unique_together": (("kind", "subject"),),
                "pk_attr": "id",
                "table_description": "Work of the clock that failed by bad data or a bug and was put off, so that nothing else waits for it.",
            },
            bases=["Model"],
        ),
    ]
