"""What the figures warn of and point to, in words: signals, and advice on scaling up or down with its reasons."""

from crisis.signals import Course, Reason, ScalingAdvice, Signal, SignalKind, Why
from crisis.situation import OUTLOOK
from integrations.wording.dossier_parts import Wording
from integrations.wording.picture_words import day_text


def signal_text(signal: Signal, words: Wording) -> str:
    """A threshold that is crossed, will be, or comes nearer, or where that cannot be said; its own text is in the plan."""
    limit = f"{words.number(signal.limit)} {signal.unit}"
    match signal.what:
        case SignalKind.CROSSED:
            how = words.say("drempel van {limit} overschreden", limit=limit)
        case SignalKind.FORECAST:
            on = day_text(signal.on, words.language)
            how = words.say("overschrijdt bij deze trend op {on} de drempel van {limit}", on=on, limit=limit)
        case SignalKind.NEARER:
            how = words.say("komt dichter bij de drempel van {limit}", limit=limit)
        case SignalKind.NOT_KNOWN:
            how = words.say("of de drempel van {limit} is of wordt overschreden is niet te zeggen", limit=limit)
    return f"{signal.name} ({words.kind(signal.kind)}): {_at_least(signal, words)}, {how}: {signal.text}"


def _at_least(signal: Signal, words: Wording) -> str:
    """The value; where not all gave theirs, that it is at least so much, and of how many."""
    value, told = f"{words.number(signal.value)} {signal.unit}", "ten minste {value} (opgave van {complete} gebieden)"
    return words.say(told, value=value, complete=words.out_of(signal.counted)) if signal.counted else value


def advice_text(advice: ScalingAdvice | None, words: Wording) -> str:
    """Which way the figures point, and why; or that they say nothing."""
    if advice is None:
        return words.say("Over op- of afschalen zegt dit beeld niets.")
    reasons = "; ".join(dict.fromkeys(_reason(reason, words) for reason in advice.reasons))
    return words.say(
        "Waar de cijfers op wijzen: {course}, want {reasons}. Het is een advies: een gremium beslist.",
        course=_course(advice, words),
        reasons=reasons,
    )


def _course(advice: ScalingAdvice, words: Wording) -> str:
    match advice.course:
        case Course.UP:
            return words.say("opschalen naar {body}", body=advice.body)
        case Course.PREPARE:
            return words.say("opschaling naar {body} voorbereiden", body=advice.body)
        case Course.STAY:
            return words.say("blijven zoals het is")
        case Course.DOWN:
            return words.say("{body} kan afschalen", body=advice.body)


def _reason(reason: Reason, words: Wording) -> str:
    name, on = reason.signal.name if reason.signal else "", day_text(reason.on, words.language)
    match reason.why:
        case Why.CROSSED:
            return words.say("de drempel voor “{name}” is overschreden", name=name)
        case Why.FORECAST:
            return words.say("de drempel voor “{name}” wordt naar verwachting op {on} overschreden", name=name, on=on)
        case Why.RUNS_OUT:
            return words.say("de opvang raakt naar verwachting vol op {on}", on=on)
        case Why.MAY_RUN_OUT:
            return words.say("de opvang kan vol raken op {on}, bij de hoogste groei die is gezien", on=on)
        case Why.NOT_KNOWN:
            return words.say("over {what} is te weinig bekend", what=_unknown(reason.detail, words))
        case Why.NOT_LONG:
            return words.say("het is nog niet lang genoeg rustig")
        case Why.CALM:
            return words.say("er is geen drempel overschreden en er is er geen in zicht")


def _unknown(detail: str, words: Wording) -> str:
    """Names of the plan, and at the end what the rules call the outlook."""
    names = detail.removesuffix(OUTLOOK)
    return detail if names == detail else names + words.say(OUTLOOK)
