"""The register: the only truth. What is not in it did not happen.

Every fact is written in one transaction together with its audit entry and with the alerts that follow from it.
Everything is guarded twice: by a key that is unique, and by a version that is compared when it is changed.
One module per noun; nothing outside this folder sees a row.
"""

from integrations.register.engine import Deed, Register, open_register
from integrations.register.leases import Lease, LeaseLost
from integrations.register.trouble import (
    DamagedRegister,
    NewerRegister,
    NoRoom,
    OutcomeUnknown,
    RegisterTrouble,
    WriteProtected,
)

__all__ = [
    "DamagedRegister",
    "Deed",
    "Lease",
    "LeaseLost",
    "NewerRegister",
    "NoRoom",
    "OutcomeUnknown",
    "Register",
    "RegisterTrouble",
    "WriteProtected",
    "open_register",
]
