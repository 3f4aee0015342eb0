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
        ops.AddField(model_name="BoundGroup", name="group_id", field=fields.CharField(null=True, max_length=160)),
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
        ops.AddField(model_name="Outbox", name="erased_at", field=MomentField(null=True)),
        # Indexes for what people and timers wait for, when the history is long.
        ops.RemoveIndex(model_name="Duty", fields=["incident_id"]),
        ops.RemoveIndex(model_name="Request", fields=["state"]),
        ops.RemoveIndex(model_name="LastWord", fields=["actor"]),
        ops.RemoveIndex(model_name="Event", fields=["incident"]),
        ops.RemoveIndex(model_name="Outbox", fields=["incident"]),
        ops.RemoveIndex(model_name="File", fields=["incident"]),
        ops.AddIndex(model_name="Incident", index=Index(fields=["found_at"])),
        ops.AddIndex(model_name="Incident", index=Index(fields=["replied_at"])),
        ops.AddIndex(model_name="Incident", index=Index(fields=["resolved_at"])),
        ops.AddIndex(model_name="Incident", index=Index(fields=["erased_at", "resolved_at"])),
        ops.AddIndex(model_name="Forwarding", index=Index(fields=["by", "at"])),
        ops.AddIndex(model_name="Request", index=Index(fields=["state", "kind"])),
        ops.AddIndex(model_name="Duty", index=Index(fields=["incident_id", "due_at"])),
        ops.AddIndex(model_name="LastWord", index=Index(fields=["actor", "at"])),
        ops.AddIndex(model_name="LastWord", index=Index(fields=["at"])),
        ops.AddIndex(model_name="Delegation", index=Index(fields=["ended_at"])),
        ops.AddIndex(model_name="Event", index=Index(fields=["incident", "at"])),
        ops.AddIndex(model_name="Inbox", index=Index(fields=["handled_at"])),
        ops.AddIndex(model_name="Inbox", index=Index(fields=["channel", "received_at"])),
        ops.AddIndex(model_name="Outbox", index=Index(fields=["incident", "erased_at", "planned_at"])),
        ops.AddIndex(model_name="Outbox", index=Index(fields=["carrier"])),
        ops.AddIndex(model_name="Outbox", index=Index(fields=["sent_at"])),
        ops.AddIndex(model_name="File", index=Index(fields=["incident", "at"])),
    ]
