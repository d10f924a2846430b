"""What a customer is worth and where in their life cycle they are, computed by a published rule."""
