"""The pages on which the structure is activated: the link is asked for in the open, and mailed; the form is behind it."""

from crisis.activation import ActivationRequest, Confirmation, RequestState, passed_over, reporters
from crisis.life import Activation
from crisis.structure import in_order
from integrations.portal.desk import AtDesk
from integrations.portal.form_pages import Form
from integrations.portal.holder import ANYONE, Holder
from integrations.portal.link_page import LinkPage, served_at
from integrations.register import activations, confirmations, plans
from integrations.wording.dossier_parts import Fact
from integrations.wording.times import moment_text


def _asking(desk: AtDesk) -> LinkPage:
    plan = plans.in_force(desk.register)
    return LinkPage(
        template="activate.html.j2",
        path="/activeren",
        plan=plan,
        people=reporters(plan),
        hint="Alleen wie mag melden, en wie piket heeft, staat in de lijst.",
        ask=lambda person: activations.ask_link(desk.register, person, ANYONE, desk.now()),
    )


router = served_at("/activeren", _asking)


def _facts(holder: Holder) -> list[Fact]:
    say = holder.voice.say
    return [
        Fact(say("Crisisplan"), holder.plan.title),
        Fact(say("Regels"), holder.plan.ruleset),
        Fact(say("Na activering"), say("NKC, leden en piket krijgen meteen bericht, en het eerste gremium komt bijeen.")),
    ]


def _activate(holder: Holder, filled: Activation) -> None:
    """Activate the structure. The same sent twice is one crisis."""
    activations.activate(holder.desk.register, holder.grant, filled, holder.deed, holder.desk.now())


def _is_activated(holder: Holder) -> str | None:
    crisis = activations.activated_with(holder.desk.register, holder.grant)
    if crisis is None:
        return None
    return holder.voice.say(
        "“{title}” ({crisis}) is geactiveerd op {at}: {levels}. NKC, leden en piket krijgen bericht.",
        title=crisis.title,
        crisis=crisis.slug,
        at=moment_text(crisis.activated_at, holder.person.language),
        levels=", ".join(in_order(crisis.levels)),
    )


def _request_of(holder: Holder) -> ActivationRequest:
    return confirmations.find(holder.desk.register, holder.grant.object)


def _what_is_asked(holder: Holder) -> list[Fact]:
    request, say = _request_of(holder), holder.voice.say
    given = request.activation
    known = [
        Fact(say("Gevraagd via"), f"{request.requested_by}, {moment_text(request.requested_at, holder.person.language)}"),
        Fact(say("Crisis"), f"{given.title} ({given.crisis})"),
        Fact(say("Gremia"), ", ".join([*in_order(given.levels), *(["NKC"] if given.nkc else [])])),
        Fact(say("Grond"), say(given.ground)),
        Fact(say("Aanleiding"), given.reason, is_typed=True),
        Fact(say("Reikwijdte"), given.scope, is_typed=True),
        Fact(say("Aangevraagd door"), given.requested_by),
        Fact(say("Besloten door"), given.decided_by),
    ]
    if given.first_responsible:
        known.append(Fact(say("Eerstverantwoordelijk ministerie"), given.first_responsible))
    if given.consulted:
        known.append(Fact(say("Geraadpleegd"), given.consulted))
    if given.agreed_with:
        known.append(Fact(say("In overeenstemming met"), given.agreed_with))
    if passed_over(given.levels) and given.skip_reason:
        known.append(Fact(say("Waarom een lager gremium wordt overgeslagen"), given.skip_reason, is_typed=True))
    return known


def _answer(holder: Holder, filled: Confirmation) -> None:
    """Confirm or refuse. The same sent twice is one answer."""
    confirmations.decide(holder.desk.register, holder.grant, filled, holder.deed, holder.desk.now())


def _is_answered(holder: Holder) -> str | None:
    request, say = _request_of(holder), holder.voice.say
    if request.decided_at is None:
        return None
    at, by = moment_text(request.decided_at, holder.person.language), holder.names.get(request.decided_by or "", "")
    if request.state is RequestState.CONFIRMED:
        return say("De activering is bevestigd, op {at} door {by}. De structuur is actief.", at=at, by=by)
    return say(
        "De activering is afgewezen, op {at} door {by}. Er is niets geactiveerd. Reden: {why}", at=at, by=by, why=request.reason
    )


CONFIRM = Form(
    model=Confirmation,
    heading=lambda holder: holder.voice.say("Bevestigt u deze activering?"),
    facts=_what_is_asked,
    do=_answer,
    done=_is_answered,
    buttons="verdict",
)
ACTIVATE = Form(
    model=Activation,
    heading=lambda holder: holder.voice.say("De nationale crisisstructuur activeren"),
    facts=_facts,
    do=_activate,
    done=_is_activated,
    button="Activeer",
)
