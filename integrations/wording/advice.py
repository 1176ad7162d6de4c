"""What the figures warn of and point to, in words: signals, and advice on scaling up or down with its reasons."""

from crisis.signals import Course, Reason, ScalingAdvice, Signal, SignalKind, Why
from crisis.situation import OUTLOOK
from integrations.wording.dossier_parts import Wording
from integrations.wording.picture_words import day_text

_WARNINGS = frozenset({Why.CROSSED, Why.FORECAST, Why.RUNS_OUT, Why.MAY_RUN_OUT})


def signal_text(signal: Signal, words: Wording) -> str:
    """A threshold that is crossed, will be, or comes nearer, or where that cannot be said; its own text is in the plan."""
    limit, is_more = f"{words.number(signal.limit)} {signal.unit}", signal.value > signal.limit
    match signal.what:
        case SignalKind.CROSSED:
            how = words.say("boven de drempel van {limit}" if is_more else "onder de drempel van {limit}", limit=limit)
        case SignalKind.FORECAST:
            on = day_text(signal.on, words.language)
            told = "komt bij deze trend op {on} {side} de drempel van {limit}"
            how = words.say(told, on=on, side=words.say("onder" if is_more else "boven"), limit=limit)
        case SignalKind.NEARER:
            how = words.say("komt dichter bij de drempel van {limit}", limit=limit)
        case SignalKind.NOT_KNOWN:
            told = "of het onder de drempel van {limit} is of komt, is niet te zeggen: niet iedereen gaf een opgave"
            return f"{_begun(signal, words)}; {words.say(told, limit=limit)}. {words.say('De drempel')}: {signal.text}"
    return f"{_begun(signal, words)}, {how}: {signal.text}"


def _begun(signal: Signal, words: Wording) -> str:
    return f"{signal.name} ({words.kind(signal.kind)}): {_at_least(signal, words)}"


def _at_least(signal: Signal, words: Wording) -> str:
    """The value; where not all gave theirs, that it is at least so much, and of how many."""
    value, told = f"{words.number(signal.value)} {signal.unit}", "ten minste {value} (opgave van {complete} gebieden)"
    return words.say(told, value=value, complete=words.out_of(signal.counted)) if signal.counted else value


def advice_text(advice: ScalingAdvice | None, words: Wording) -> str:
    """Which way the figures point, and why; or that they say nothing."""
    if advice is None:
        return words.say("Over op- of afschalen zegt dit beeld niets.")
    reasons = "; ".join(dict.fromkeys(_reason(reason, words) for reason in advice.reasons))
    told = words.say("Waar de cijfers op wijzen: {course}, want {reasons}.", course=_course(advice, words), reasons=reasons)
    above = words.say("Geen drempel vraagt om een gremium dat nog niet actief is.") if _is_held(advice) else ""
    return " ".join(filter(None, (told, above, words.say("Het is een advies: een gremium beslist."))))


def _is_held(advice: ScalingAdvice) -> bool:
    """Whether there are warnings, and none that brings in another body."""
    return advice.course is Course.STAY and any(reason.why in _WARNINGS for reason in advice.reasons)


def _course(advice: ScalingAdvice, words: Wording) -> str:
    match advice.course:
        case Course.UP:
            return words.say("opschalen naar {body}", body=advice.body)
        case Course.PREPARE:
            return words.say("opschaling naar {body} voorbereiden", body=advice.body)
        case Course.STAY:
            is_calm = all(reason.why is Why.CALM for reason in advice.reasons)
            return words.say("blijven zoals het is" if is_calm else "blijven zoals het is, nog niet afschalen")
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
