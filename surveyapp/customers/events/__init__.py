"""What happened to customers: purchases, service cases, deliveries."""
