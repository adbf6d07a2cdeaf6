"""The only network: prices asked of others, and of programs of the user's."""
