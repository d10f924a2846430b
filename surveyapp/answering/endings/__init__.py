"""What comes with an ending: coupons, a signed way on, an offer to call back; and their pages."""
