"""The ways out: the mail server and the Slack webhooks of the settings."""

import asyncio
import secrets
from datetime import UTC, datetime

from crisis.alerts import Alert, Channel, Event, Urgency
from crisis.plan import Plan
from crisis.record import Record
from integrations.alerts.errors import NoSuchChannel, SendingFailed
from integrations.alerts.mail import AlertMail, MailServer
from integrations.alerts.slack import AlertSlack, WebServer, is_webhook
from integrations.settings import Reach, Settings
from integrations.wording.alerts import Message, render


class Channels:
    """The mail server and the webhooks, with the connections to them. Safe to use from many threads."""

    def __init__(self, settings: Settings) -> None:
        self._mail_server = MailServer(settings)
        self._mail = AlertMail(self._mail_server, settings.mail_from)
        self._web_server = WebServer(settings.slack_base_url)
        self._webhooks = {
            name: AlertSlack(self._web_server, name, path) for name, path in settings.slack_webhooks.items() if is_webhook(path)
        }

    def send(self, alert: Alert, message: Message, *, stay_near: str | None) -> str:
        """Send the words of an alert where it must go; returns a receipt for people who look into it.

        `stay_near` says why it may not leave this machine; None where it may.

        Raises:
            SendingFailed: it did not go out; the type says whether to try again.

        """
        if alert.channel is Channel.MAIL:
            return self._mail.deliver(alert.key, alert.address, message.subject, message.text, stay_near=stay_near)
        if alert.address not in self._webhooks:
            raise NoSuchChannel(f"de instellingen bevatten geen bruikbare Slackwebhook ‘{alert.address}’")
        return self._webhooks[alert.address].deliver(message.subject, message.text, stay_near=stay_near)

    def close(self) -> None:
        """Hang up."""
        self._mail_server.close()
        self._web_server.close()


class ChannelResult(Record):
    """What came of one test alert."""

    channel: Channel
    to: str
    ok: bool
    detail: str
    """The receipt, or why not."""


def why_near(plan: Plan, settings: Settings) -> str | None:
    """Why alerts under this plan go to this machine only; None where real people are to be reached."""
    if not plan.is_real:
        return f"een bericht van een {plan.kind} bereikt geen echte mensen"
    if settings.reach is Reach.LOOPBACK:
        return "deze opstelling bereikt alleen deze machine zelf"
    return None


def missing_channels(plan: Plan, settings: Settings) -> list[str]:
    """The Slack webhooks that the plan names and the settings do not hold in a usable form."""
    usable = {name for name, path in settings.slack_webhooks.items() if is_webhook(path)}
    return sorted(plan.slack_names() - usable)


async def test_channels(plan: Plan, settings: Settings) -> list[ChannelResult]:
    """Send one test alert at once through every webhook the plan names and to each person of the duty group."""
    channels = Channels(settings)
    try:
        return await asyncio.gather(*(asyncio.to_thread(_try, alert, plan, settings, channels) for alert in _test_alerts(plan)))
    finally:
        channels.close()


def _try(alert: Alert, plan: Plan, settings: Settings, channels: Channels) -> ChannelResult:
    message = render(alert, None, settings.portal_url, settings.prefect_ui_url)
    try:
        receipt = channels.send(alert, message, stay_near=why_near(plan, settings))
    except SendingFailed as failure:
        return ChannelResult(channel=alert.channel, to=alert.to, ok=False, detail=str(failure))
    return ChannelResult(channel=alert.channel, to=alert.to, ok=True, detail=receipt)


def _test_alerts(plan: Plan) -> list[Alert]:
    people = [(Channel.MAIL, person, plan.people[person].mail) for person in plan.groups[plan.duty].people]
    webhooks = [(Channel.SLACK, name, name) for name in sorted(plan.slack_names())]
    this_time = secrets.token_hex(4)
    return [
        Alert(
            key=f"test/{this_time}/{to}/{channel}",
            event=Event.TEST,
            channel=channel,
            to=to,
            address=address,
            language=plan.people[to].language if channel is Channel.MAIL else plan.language,
            urgency=Urgency.NORMAL,
            facts={"marking": plan.marking, "at": datetime.now(UTC).isoformat()},
        )
        for channel, to, address in (*webhooks, *people)
    ]
