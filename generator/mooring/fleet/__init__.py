"""The fleet file: its model, its loading, and what each environment makes of it."""
