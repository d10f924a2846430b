"""Sheets of labels: many QR pictures at once, on the labels that shops sell, as PDF or pictures."""
