"""For the staff: to look at. States are changed by callbacks only."""

from django.contrib import admin

from .models import Email, Order, Product, ReceivedCallback

admin.site.register(Product)


class ReadOnly(admin.ModelAdmin):
    """Nothing to add, change or delete."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    """Orders. Who has looked at one clears its ``review``."""

    list_display = ['payment_id', 'description', 'price', 'state', 'review', 'created_at']
    list_filter = ['state', ('review', admin.EmptyFieldListFilter)]
    search_fields = ['payment_id', 'email']
    readonly_fields = ['payment_id', 'description', 'price', 'email', 'state']
    fields = [*readonly_fields, 'review']

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        # Nothing else: a callback may have moved the order while the form was open.
        obj.save(update_fields=['review'])


@admin.register(ReceivedCallback)
class ReceivedCallbackAdmin(ReadOnly):
    """Callbacks. Those without an order are worth a look."""

    list_display = ['payment_id', 'payment_status', 'order', 'received_at']
    list_filter = [('order', admin.EmptyFieldListFilter)]


@admin.register(Email)
class EmailAdmin(ReadOnly):
    """The outbox."""

    list_display = ['order', 'subject', 'created_at', 'sent_at']
    list_filter = [('sent_at', admin.EmptyFieldListFilter)]
