"""What the procedure refuses.

    Refused                      the procedure says no: nothing was changed
    ├── InvalidInput             a field is missing or wrong
    ├── UnknownTo                no such crisis, meeting, action item, alert or person
    │   ├── NoSuchCrisis
    │   ├── NoSuchMeeting
    │   ├── NoSuchAction
    │   ├── NoSuchActivationRequest
    │   ├── NoSuchDecision
    │   ├── NoSuchInquiry
    │   ├── NoSuchInvitation
    │   ├── NoSuchAlert
    │   └── NoSuchPerson
    ├── AlreadyDone              somebody was first; the winner is named
    │   ├── AlreadyActive
    │   ├── AlreadyAsked
    │   ├── AskedBefore          E17
    │   ├── ReportedOtherwise
    │   ├── AlreadyDecided
    │   ├── AlreadyRecorded
    │   ├── AlreadyProposed
    │   ├── AlreadyAnswered
    │   ├── AlreadyHandled
    │   ├── InvitationAnswered
    │   └── AlreadySeated
    ├── OutOfOrder               not at this point of the procedure
    │   ├── NotYetInvited
    │   ├── NoHigherBody
    │   ├── HigherBodyActive
    │   ├── NothingFollows
    │   ├── NotReported
    │   ├── NothingProposed
    │   ├── NotIntended
    │   ├── NotAskedAnyMore
    │   ├── NothingToJudge
    │   ├── NothingAsked
    │   ├── StillOpen
    │   ├── NotSeated
    │   ├── NotActive
    │   └── CrisisClosed
    ├── NotAuthorised            not this person, or not with this pass
    │   ├── WrongPerson
    │   ├── WrongRole
    │   ├── NoLongerSeated
    │   ├── ForAnotherPartner
    │   ├── TokenInvalid
    │   ├── NoDeputy
    │   ├── HandedOnBefore
    │   ├── OwnWork
    │   ├── OwnConfirmation
    │   ├── PassInvalid
    │   ├── PassExpired
    │   ├── PassUsed
    │   └── PreviousRound
    ├── WrongSeat                who sits where, or by whose decision, is not as the rules have it
    │   ├── NoAccord             R03
    │   ├── SitsByOffice         R03
    │   ├── AdvisesOnly          R04
    │   ├── NotAllowedByChair    R04
    │   ├── MinistryMissing      R10
    │   └── MayNotDecide
    ├── NotConvened              a body is not called together like that
    │   ├── MayNotAsk            R05, R09
    │   └── NotConsulted         R05, R09
    ├── OnlyAdvice               the IAO advises; it does not decide (R11)
    ├── RealClock                the clock of a real crisis cannot be moved
    └── NoPlan                   no crisis plan has been loaded

The text a person reads stands in `integrations/wording`, in their language, filled from `details`.
A plan that cannot be used is refused while it is read: `crisis.plan.PlanRefused`.
"""

from typing import Self

from crisis.rules import Rule


class Refused(Exception):  # noqa: N818 - a statement, not an "error"
    """The procedure says no, and nothing was changed.

    `details` holds what the wording needs to say why, `rule` the rule of the procedure that says so, where one does.
    """

    rule: Rule | None = None

    def __init__(self, **details: object) -> None:
        self.details = details
        named = ", ".join(f"{name}={value}" for name, value in details.items())
        super().__init__(f"{type(self).__name__}({named})")

    def under(self, rule: Rule | None) -> Self:
        """The same by this rule, where that depends on what was asked."""
        self.rule = rule
        return self


class InvalidInput(Refused):
    """A field is missing or wrong. Details: `problems`, a list of (field, reason)."""


class UnknownTo(Refused):
    """The register does not know it."""


class NoSuchCrisis(UnknownTo):
    """Details: `crisis`."""


class NoSuchMeeting(UnknownTo):
    """Details: `crisis`, `body`, `number`."""


class NoSuchAction(UnknownTo):
    """Details: `crisis`, `number`."""


class NoSuchActivationRequest(UnknownTo):
    """Nobody asked for an activation like this. Details: `crisis`."""


class NoSuchDecision(UnknownTo):
    """Details: `crisis`, `number`."""


class NoSuchInquiry(UnknownTo):
    """Details: `crisis`, `number`."""


class NoSuchInvitation(UnknownTo):
    """Nobody asked to be invited like that. Details: `request`."""


class NoSuchAlert(UnknownTo):
    """Details: `key`."""


class NoSuchPerson(UnknownTo):
    """Details: `person`."""


class AlreadyDone(Refused):
    """Somebody was first. Details name who and when."""


class AlreadyActive(AlreadyDone):
    """This crisis was activated before. Details: `crisis`, `by`, `at`."""


class AlreadyAsked(AlreadyDone):
    """Another activation of this name waits for who is on duty. Details: `crisis`, `by`, `at`."""


class AskedBefore(AlreadyDone):
    """The same was asked of the same partners within the day (E17). Details: `number`, `at`."""


class ReportedOtherwise(AlreadyDone):
    """A report with this id came before, with another content. Details: `report`, `at`."""


class AlreadyDecided(AlreadyDone):
    """Another on duty has answered this request. Details: `crisis`, `state`, `by`, `at`."""


class AlreadyRecorded(AlreadyDone):
    """The outcome of this meeting was recorded before. Details: `meeting`, `by`, `at`."""


class AlreadyProposed(AlreadyDone):
    """This was recorded, and awaits the second person. Details: `meeting`, `by`, `at`."""


class AlreadyAnswered(AlreadyDone):
    """This request was answered. Details: `number`, `by`, `at`."""


class AlreadyHandled(AlreadyDone):
    """This action item is already past this step. Details: `number`, `state`, `by`, `at`."""


class InvitationAnswered(AlreadyDone):
    """This request to be invited was answered before. Details: `person`, `answer`, `by`, `at`."""


class AlreadySeated(AlreadyDone):
    """This person takes part in this body already. Details: `person`, `body`."""


class OutOfOrder(Refused):
    """It may come, but not now."""


class NotYetInvited(OutOfOrder):
    """The meeting has no papers yet. Details: `meeting`."""


class NoHigherBody(OutOfOrder):
    """There is nothing above the MCCb to scale up to. Details: `body`."""


class HigherBodyActive(OutOfOrder):
    """Only the highest active body scales down. Details: `body`, `higher`."""


class NothingFollows(OutOfOrder):
    """No body would ever meet again while the crisis is active. Details: `body`."""


class NotReported(OutOfOrder):
    """Nobody has reported this action item done. Details: `number`."""


class NothingProposed(OutOfOrder):
    """Nobody has recorded what is to be confirmed. Details: `meeting`."""


class NotIntended(OutOfOrder):
    """The NKC advises on what is only intended; this is final, replaced or withdrawn (R14). Details: `number`."""

    rule = Rule.R14


class NotAskedAnyMore(OutOfOrder):
    """This request was withdrawn, or another took its place (R24). Details: `number`, `at`."""

    rule = Rule.R24


class NothingToJudge(OutOfOrder):
    """This partner gave no figures to this inquiry, so there is nothing to give back. Details: `number`, `partner`."""


class NothingAsked(OutOfOrder):
    """No crisis is open in which this partner is asked anything. Details: `partner`."""


class StillOpen(OutOfOrder):
    """A crisis with open items never closes (R20). Details: `crisis`, `number`."""

    rule = Rule.R20


class NotSeated(OutOfOrder):
    """This person takes no part in this body as a member. Details: `person`, `body`."""


class NotActive(OutOfOrder):
    """This body is not active in the crisis. Details: `body`."""


class CrisisClosed(OutOfOrder):
    """A closed crisis takes nothing more. Details: `crisis`."""


class NotAuthorised(Refused):
    """Not this person, or not with this pass."""


class WrongPerson(NotAuthorised):
    """This act belongs to somebody else. Details: `person`, `act`, `belongs_to`."""


class WrongRole(NotAuthorised):
    """This takes a role that the plan does not give to this person. Details: `person`, `role`."""


class NotForBody(NotAuthorised):
    """This is for the chair of a body, or its secretary on the chair's behalf. Details: `person`, `body`."""


class NoLongerSeated(NotAuthorised):
    """This person has left the body, and reads nothing of what came later. Details: `person`, `body`."""


class ForAnotherPartner(NotAuthorised):
    """A partner reports for itself and for its own area. Details: `partner`, `claimed`."""


class TokenInvalid(NotAuthorised):
    """The token of a partner's system is not known, or was withdrawn."""


class NoDeputy(NotAuthorised):
    """The plan names nobody to hand this on to. Details: `person`."""


class HandedOnBefore(NotAuthorised):
    """Who acts for another hands it on to nobody. Details: `person`."""


class OwnWork(NotAuthorised):
    """Nobody verifies their own work. Details: `person`, `number`."""


class OwnConfirmation(NotAuthorised):
    """Two must look: nobody confirms what they recorded themselves. Details: `person`, `what`."""


class PassInvalid(NotAuthorised):
    """The link was cut short, altered, or is not for this act."""


class PassExpired(NotAuthorised):
    """The link's time is over. Details: `expired_at`."""


class PassUsed(NotAuthorised):
    """The link works once, and was used. Details: `used_at`."""


class PreviousRound(NotAuthorised):
    """The link was sent before what it is about was recorded anew. Details: `at`, when that was."""


class WrongSeat(Refused):
    """Who sits where, or by whose decision, is not as the rules have it."""


class NoAccord(WrongSeat):
    """A member of the MCCb is designated with the minister-president. Details: `person`, `body`, `accord`."""

    rule = Rule.R03


class SitsByOffice(WrongSeat):
    """Who sits in a body by office is not released from it. Details: `person`, `body`."""

    rule = Rule.R03


class AdvisesOnly(WrongSeat):
    """This person has an advisory voice in this body, and no other. Details: `person`, `body`."""

    rule = Rule.R04


class NotAllowedByChair(WrongSeat):
    """The chair has not allowed that somebody takes part with an advisory voice. Details: `person`, `body`."""

    rule = Rule.R04


class MinistryMissing(WrongSeat):
    """A ministry in ICCb or MCCb would have nobody in the IAO. Details: `body`, `ministries`."""

    rule = Rule.R10


class MayNotDecide(WrongSeat):
    """Who administers or audits sits in no body. Details: `person`, `body`."""


class NotConvened(Refused):
    """A body is not called together like that."""


class MayNotAsk(NotConvened):
    """It is not for this office to ask for this body. Details: `body`, `initiative`."""


class NotConsulted(NotConvened):
    """Who must be consulted before is not named. Details: `body`, `needs`."""


class OnlyAdvice(Refused):
    """The IAO advises and informs; it does not decide (R11). Details: `body`."""

    rule = Rule.R11


class RealClock(Refused):
    """The clock of a real crisis runs with the world's. Details: `plan`."""


class NoPlan(Refused):
    """No crisis plan has been loaded yet."""
