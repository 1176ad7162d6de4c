"""The rules of the Dutch national crisis structure.

No clock, no I/O, no tools: what the procedure allows, asks and refuses, and nothing else.
Every function answers from its arguments alone; the time is one of them.
"""
