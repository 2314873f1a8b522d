"""The form that the shopper fills in."""

from django import forms

from .models import Order, Product


class OrderForm(forms.ModelForm):
    """A product and an e-mail address. The price never comes from the form."""

    product = forms.ModelChoiceField(Product.objects.all(), empty_label=None)

    class Meta:
        model = Order
        fields = ['email']
        widgets = {'email': forms.EmailInput(attrs={'autocomplete': 'email'})}

    def save(self, commit=True):
        product = self.cleaned_data['product']
        self.instance.description = product.name
        self.instance.amount = product.amount
        self.instance.currency = product.currency
        return super().save(commit)
