"""The procedure, in the words of the handbook."""
