"""The built-in phone: a loopback SMS provider that speaks Twilio's API, and a screen to read on.

It needs no database and nothing of the product: the product talks to it as to any provider.
"""
