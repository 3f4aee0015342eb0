from storage.tables import JsonField
from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("huiyin", "0004_faults")]

    initial = False

    operations = [
        ops.AddField(model_name="Incident", name="about_by", field=JsonField(null=True)),
    ]
