"""How it is run: served, scheduled, watched, from the shell."""
