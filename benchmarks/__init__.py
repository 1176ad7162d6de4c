"""How fast it is, beside the bare form of the same work: one JSON object a line.

`python -m benchmarks [name]`: without a name all of them. Bare and ours are measured in turn, and medians compared, for
the machines this runs on are shared: read the ratios.
"""
