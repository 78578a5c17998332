"""Networks that learn: pictures, the loop, and what is learned."""
