import django.db.models.deletion
from django.db import migrations, models

from ..models import new_payment_id

STATES = [
    ('new', 'not paid yet'),
    ('pending', 'being paid'),
    ('declined', 'not paid: declined'),
    ('paid', 'paid'),
    ('partly refunded', 'refunded in part'),
    ('refunded', 'refunded'),
]


def key():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name='ID'
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            'Product',
            [
                ('id', key()),
                ('name', models.CharField(max_length=100)),
                (
                    'amount',
                    models.PositiveIntegerField(help_text='in minor units: 1815 for 18.15 EUR'),
                ),
                ('currency', models.CharField(max_length=3)),
            ],
        ),
        migrations.CreateModel(
            'Order',
            [
                ('id', key()),
                ('amount', models.PositiveIntegerField(help_text='in minor units')),
                ('currency', models.CharField(max_length=3)),
                ('description', models.CharField(max_length=100)),
                ('email', models.EmailField('your e-mail address', max_length=254)),
                (
                    'payment_id',
                    models.CharField(
                        default=new_payment_id, editable=False, max_length=36, unique=True
                    ),
                ),
                (
                    'state',
                    models.CharField(choices=STATES, default='new', editable=False, max_length=20),
                ),
                (
                    'review',
                    models.TextField(
                        blank=True, help_text='why somebody has to look at this order'
                    ),
                ),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            'ReceivedCallback',
            [
                ('id', key()),
                ('deduplication_key', models.CharField(max_length=64, unique=True)),
                ('payment_id', models.TextField(blank=True)),
                ('payment_status', models.TextField(blank=True)),
                (
                    'order',
                    models.ForeignKey(
                        'shop.order',
                        django.db.models.deletion.PROTECT,
                        related_name='callbacks',
                        null=True,
                        help_text='none when the callback is about no order of this shop',
                    ),
                ),
                ('received_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            'Email',
            [
                ('id', key()),
                (
                    'order',
                    models.ForeignKey(
                        'shop.order', django.db.models.deletion.PROTECT, related_name='emails'
                    ),
                ),
                ('state', models.CharField('the state it tells of', choices=STATES, max_length=20)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('sent_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(
                        fields=['order', 'state'], name='one_email_for_each_state'
                    ),
                ]
            },
        ),
    ]
