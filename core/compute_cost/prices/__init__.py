"""What accelerators cost to rent: quotes, terms and discounts."""
