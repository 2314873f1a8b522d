"""Products to buy in the demo."""

from django.db import migrations


def add_products(apps, schema_editor):
    product = apps.get_model('shop', 'Product')
    product.objects.bulk_create(
        [
            product(name='Compact keyboard', amount=4900, currency='EUR'),
            product(name='Full-size keyboard', amount=10800, currency='EUR'),
        ]
    )


class Migration(migrations.Migration):
    dependencies = [('shop', '0001_initial')]
    operations = [migrations.RunPython(add_products, migrations.RunPython.noop)]
