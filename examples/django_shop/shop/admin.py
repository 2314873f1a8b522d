"""Pages for the staff. Only callbacks change the state of an order.

To ship, to cancel and to refund, one needs Django's permission to add payment requests; to decide
about those that are unclear, the permission to change them.
"""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db import transaction

from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.money import minor_units

from .models import Email, Order, PaymentRequest, Product, ReceivedCallback
from .payment_requests import NotPossible, place, send_waiting_requests

admin.site.register(Product)


class ReadOnly(admin.ModelAdmin):
    """Objects that nobody can add, change or delete."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class AmountForm(ActionForm):
    """The choice of an action, and next to it an amount."""

    amount = forms.CharField(required=False, label='Only a part of the refund, such as 18.15')


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    """Orders. After looking at one, the staff clears its ``review``."""

    action_form = AmountForm
    actions = ['ship', 'cancel', 'refund']
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

    def has_request_permission(self, request):
        return request.user.has_perm('shop.add_paymentrequest')

    @admin.action(permissions=['request'], description='Ship: charge what is held')
    def ship(self, request, orders):
        for order in orders:
            self._place(request, order, PaymentRequest.Action.CAPTURE)

    @admin.action(permissions=['request'], description='Cancel: release what is held')
    def cancel(self, request, orders):
        for order in orders:
            self._place(request, order, PaymentRequest.Action.CANCEL)

    @admin.action(permissions=['request'], description='Refund: all that is left, or a part')
    def refund(self, request, orders):
        amount = request.POST['amount'].strip()
        for order in orders:
            self._place(request, order, PaymentRequest.Action.REFUND, amount)

    def _place(self, request, order, action, amount=''):
        try:
            place(order, action, minor_units(amount, order.currency) if amount else None)
        except (NotPossible, ValidationException) as error:
            self.message_user(request, f'{order.payment_id}: {error}', messages.ERROR)


@admin.register(PaymentRequest)
class PaymentRequestAdmin(ReadOnly):
    """The outbox of requests. Before deciding on an unclear one, look at the platform's pages."""

    list_display = ['order', 'action', 'sum', 'state', 'note', 'request_id', 'created_at']
    list_filter = ['state', 'action']
    list_select_related = ['order']
    actions = ['send_again', 'mark_done', 'give_up']

    def has_decide_permission(self, request):
        return request.user.has_perm('shop.change_paymentrequest')

    @admin.action(permissions=['decide'], description='Unclear: it was not done, send it again')
    def send_again(self, request, requests):
        self._decide(requests, PaymentRequest.State.WAITING)
        transaction.on_commit(send_waiting_requests.delay, robust=True)

    @admin.action(permissions=['decide'], description='Unclear: it was done')
    def mark_done(self, request, requests):
        self._decide(requests, PaymentRequest.State.DONE)

    @admin.action(permissions=['decide'], description='Unclear: it was not done, forget it')
    def give_up(self, request, requests):
        self._decide(requests, PaymentRequest.State.REFUSED)

    def _decide(self, requests, state):
        requests.filter(state=PaymentRequest.State.UNCLEAR).update(state=state)


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
