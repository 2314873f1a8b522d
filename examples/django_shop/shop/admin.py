"""Pages for the staff. Only callbacks change the state of an order."""

from django.contrib import admin

from .models import Email, Order, Product, ReceivedCallback

admin.site.register(Product)


class ReadOnly(admin.ModelAdmin):
    """Objects that nobody can add, change or delete."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    """Orders. After looking at one, the staff clears its ``review``."""

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
        # Save only this: a callback may have moved the order while the form was open.
        obj.save(update_fields=['review'])


@admin.register(ReceivedCallback)
class ReceivedCallbackAdmin(ReadOnly):
    """Callbacks. Look at those that have no order."""

    list_display = ['payment_id', 'payment_status', 'order', 'received_at']
    list_filter = [('order', admin.EmptyFieldListFilter)]


@admin.register(Email)
class EmailAdmin(ReadOnly):
    """The outbox."""

    list_display = ['order', 'subject', 'created_at', 'sent_at']
    list_filter = [('sent_at', admin.EmptyFieldListFilter)]
