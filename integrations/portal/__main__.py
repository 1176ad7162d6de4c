"""`python -m integrations.portal`: the portal as a process of its own."""

from integrations.portal import main

main()
