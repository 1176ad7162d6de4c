"""Rehearsals: the scenarios, and the stand-ins for the outside world that they are played with."""
