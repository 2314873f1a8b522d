"""Addresses. Enter the callback's address in your project's settings at the platform."""

from django.contrib import admin
from django.urls import path

from . import views

urlpatterns = [
    path('', views.catalogue, name='catalogue'),
    path('orders/<str:payment_id>/', views.order, name='order'),
    path('orders/<str:payment_id>/pay/', views.pay, name='pay'),
    path('orders/<str:payment_id>/widget/', views.widget, name='widget'),
    path('orders/<str:payment_id>/returned/', views.returned, name='returned'),
    path('payment-page/callback/', views.callback, name='callback'),
    path('admin/', admin.site.urls),
]
