from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("huiyin", "0006_origins")]

    initial = False

    operations = [
        ops.AddField(model_name="Incident", name="unit", field=fields.CharField(null=True, max_length=64)),
    ]
