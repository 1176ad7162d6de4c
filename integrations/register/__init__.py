"""The register: the only truth. What is not in it did not happen.

Every fact is written in one transaction together with its audit entry and with the alerts that follow from it.
One module per noun; nothing outside this folder sees a row.
"""

from integrations.register.engine import Deed, Register, RegisterTrouble, open_register
from integrations.register.leases import Lease, LeaseLost

__all__ = ["Deed", "Lease", "LeaseLost", "Register", "RegisterTrouble", "open_register"]
