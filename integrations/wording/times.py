"""Moments as people read them: in Europe/Amsterdam, in words of our own, whatever the machine's locale."""

from datetime import date, datetime, timedelta

from crisis.record import AMSTERDAM

_WEEKDAYS = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "nl": (
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_SEASONS = {"nl": ("zomertijd", "wintertijd"), "en": ("summer time", "winter time")}


def moment_text(moment: datetime, language: str) -> str:
    """Day and time: `vrijdag 17 juni 2022, 10:00`."""
    return f"{date_text(moment, language)}, {time_text(moment, language)}"


def short_moment_text(moment: datetime, language: str) -> str:
    """Day and time without the year, for a subject line: `vrijdag 17 juni 10:00`."""
    return f"{_day(_local(moment), language)} {time_text(moment, language)}"


def date_text(day: date | datetime, language: str) -> str:
    """The day: `vrijdag 17 juni 2022`. Of a moment, the day it is in Amsterdam."""
    local = _local(day) if isinstance(day, datetime) else day
    return f"{_day(local, language)} {local.year}"


def time_text(moment: datetime, language: str) -> str:
    """The time: `10:00`. In the hour that comes twice when the clock goes back, which of the two."""
    local = _local(moment)
    text = f"{local:%H:%M}"
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return text
    return f"{text} ({_SEASONS[language][local.fold]})"


def lead_text(lead: timedelta, language: str) -> str:
    """How long before a meeting something came: `45 minuten voor aanvang`; or that it came after it had begun."""
    minutes = int(lead.total_seconds() // 60)
    if minutes < 0:
        return {"nl": "na aanvang", "en": "after the beginning"}[language]
    hours, rest = divmod(minutes, 60)
    units = {"nl": ("minuten", "uur"), "en": ("minutes", "hours")}[language]
    said = f"{minutes} {units[0]}" if hours < 2 else f"{hours} {units[1]}" + (f" {rest} {units[0]}" if rest else "")
    return f"{said} {'voor aanvang' if language == 'nl' else 'before the beginning'}"


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(AMSTERDAM)


def _day(local: date, language: str) -> str:
    return f"{_WEEKDAYS[language][local.weekday()]} {local.day} {_MONTHS[language][local.month - 1]}"
