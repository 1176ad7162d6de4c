"""What an administrator reads about the audit trail, a back-up, and a restore (auditspoor, back-up, terugzetten)."""

from crisis.audit import Comparison, Head
from integrations.register.archive import (
    BackupRefused,
    BrokenTrail,
    FileThere,
    Manifest,
    NotABackup,
    NotEmpty,
    NotWritten,
    StillRunning,
    UnknownVersion,
)
from integrations.register.backup import Restored
from integrations.wording.times import moment_text

REFUSALS: dict[type[BackupRefused], str] = {
    FileThere: "{0} bestaat al en wordt niet overschreven. Kies een andere naam.",
    NotWritten: "{0} kan niet geschreven worden: {1}.",
    NotABackup: "Dit bestand is geen bruikbare back-up: {0}. Er is niets gewijzigd.",
    UnknownVersion: "Deze versie van Opschaling kent versie {0} van het register niet: er is een nieuwere nodig. "
    "Er is niets gewijzigd.",
    NotEmpty: "Het register is in gebruik. Met --replace komt de back-up ervoor in de plaats; "
    "van wat er staat wordt dan eerst een back-up gemaakt.",
    StillRunning: "Er werkt nog een proces aan het register ({0}). Stop eerst alle onderdelen, en probeer het dan opnieuw.",
    BrokenTrail: "Het auditspoor in de back-up klopt niet vanaf regel {0}. Er is niets gewijzigd.",
}
"""Every reason for which no back-up is made, or put back."""


def refused_text(refused: BackupRefused) -> str:
    """Why a back-up is not made, or not put back."""
    return REFUSALS[type(refused)].format(*refused.args)


def problem_texts(broken: int | None, found: Comparison) -> tuple[str, ...]:
    """What is wrong with the audit trail; nothing when it is whole."""
    replaced = [head for head in found.foreign if head.seq <= found.last]
    problems = []
    if broken is not None:
        problems.append(f"Het auditspoor klopt niet: regel {broken} volgt niet uit de vorige.")
    if replaced:
        problems.append(f"Regel {replaced[0].seq} is vervangen: buiten het register is hij bekend als {replaced[0]}.")
    if found.missing:
        problems.append(
            f"Na regel {found.last} ontbreken er ten minste {found.missing}: "
            f"buiten het register is regel {found.last + found.missing} bekend."
        )
    if found.foreign:
        problems.append(
            f"Bevestigd van buiten is het auditspoor tot en met regel {found.confirmed}; daarna is het niet wat het was."
        )
    return tuple(problems)


def earlier_restore_texts(found: Comparison) -> tuple[str, ...]:
    """That back-ups were put back, and so what was lost then."""
    return tuple(
        f"Bij regel {seq} is een back-up teruggezet: wat er tot dan toe na regel {seq - 1} was vastgelegd, ging verloren."
        for seq in found.restores
    )


def whole_text(number: int, head: Head, found: Comparison) -> str:
    """That the audit trail is whole, and how far that is sure."""
    sure = f"tot en met regel {found.confirmed} van buiten bevestigd" if found.confirmed else "van buiten door niets bevestigd"
    return f"Het auditspoor klopt: {number} regels, {sure}. Kop: {head}"


def made_text(manifest: Manifest) -> str:
    """What a back-up holds."""
    rows = sum(table.rows for table in manifest.tables)
    return f"Back-up gemaakt: {rows} rijen in {len(manifest.tables)} tabellen. Kop van het auditspoor: {manifest.head}"


def restored_texts(restored: Restored, found: Comparison) -> tuple[str, ...]:
    """What came of a restore: from when it is, what is missing since, and what will not go out."""
    manifest = restored.manifest
    texts = [f"Teruggezet: het register van {moment_text(manifest.made_at, 'nl')}, kop {manifest.head}."]
    if restored.replaced:
        texts.append(f"Wat er stond is bewaard in {restored.replaced.kept}.")
    if found.missing:
        texts.append(
            f"Wat daarna kwam is weg: ten minste {found.missing} regels van het auditspoor, {found.last + 1} tot en met "
            f"{found.last + found.missing}. Ga na wat er toen is vastgelegd, en leg het opnieuw vast."
        )
    elif found.foreign:
        texts.append(
            f"Deze back-up is van een ander spoor dan regel {found.foreign[0].seq} die buiten bekend is: {found.foreign[0]}."
        )
    else:
        texts.append("Voor zover buiten het register bekend ontbreekt er niets.")
    if restored.held:
        texts.append(f"{len(restored.held)} berichten waren nog niet bezorgd. Ze zijn vastgehouden en gaan niet vanzelf uit:")
    return tuple(texts)
