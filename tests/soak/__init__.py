"""The soak: faults at random, many of them, while crises go on; and then it is counted what was lost or doubled.

Two layers: `inner` kills one process at the crash points of register and delivery; `outer` breaks the processes of a
whole set-up. Both end in the same questions, asked of the register and of what arrived (`invariants`).
"""
