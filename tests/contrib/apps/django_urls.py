from django.urls import path

from apps.common import note
from payment_page_sdk.contrib.django import payment_callback

urlpatterns = [path('callbacks', payment_callback(note))]
