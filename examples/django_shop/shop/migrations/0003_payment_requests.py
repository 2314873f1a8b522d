from uuid import uuid4

import django.db.models.deletion
from django.db import migrations, models

ORDER_STATES = [
    ('new', 'not paid yet'),
    ('pending', 'being paid'),
    ('declined', 'not paid: declined'),
    ('held', 'paid when it is shipped'),
    ('canceled', 'canceled: not paid'),
    ('paid', 'paid'),
    ('partly refunded', 'refunded in part'),
    ('refunded', 'refunded'),
]
ACTIONS = [
    ('capture', 'charge what is held'),
    ('cancel', 'release what is held'),
    ('refund', 'refund'),
]
STATES = [
    ('waiting', 'waiting to be sent'),
    ('sending', 'sent, perhaps: no answer yet'),
    ('unclear', 'perhaps done: a person decides'),
    ('accepted', 'accepted: no outcome yet'),
    ('done', 'done'),
    ('refused', 'refused: nothing was done'),
]


class Migration(migrations.Migration):
    dependencies = [('shop', '0002_demo_products')]
    operations = [
        migrations.AddField(
            'Order', 'payment_method', models.TextField(blank=True, editable=False)
        ),
        migrations.AlterField(
            'Order',
            'state',
            models.CharField(choices=ORDER_STATES, default='new', editable=False, max_length=20),
        ),
        migrations.AlterField(
            'Email',
            'state',
            models.CharField('the state it tells of', choices=ORDER_STATES, max_length=20),
        ),
        migrations.CreateModel(
            'PaymentRequest',
            [
                (
                    'id',
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name='ID'
                    ),
                ),
                ('action', models.CharField(choices=ACTIONS, max_length=10)),
                ('amount', models.PositiveIntegerField(help_text='in minor units')),
                ('merchant_refund_id', models.UUIDField(default=uuid4, unique=True)),
                ('state', models.CharField(choices=STATES, default='waiting', max_length=10)),
                ('request_id', models.CharField(max_length=100, null=True, unique=True)),
                (
                    'note',
                    models.TextField(
                        blank=True, help_text='what the platform answered, if it was an error'
                    ),
                ),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('sent_at', models.DateTimeField(null=True)),
                (
                    'order',
                    models.ForeignKey(
                        'shop.order', django.db.models.deletion.PROTECT, related_name='requests'
                    ),
                ),
            ],
        ),
    ]
