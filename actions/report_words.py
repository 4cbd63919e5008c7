"""What the files of reports say in each language, and how its spreadsheets take numbers and columns apart.

It knows nothing of figures. English names of columns are also those for programs: small letters, units at the end.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from babel.numbers import get_decimal_symbol

_DE = {
    "staff": "Team",
    "service": "Leistung",
    "location": "Standort",
    "day": "Tag",
    "week": "Woche ab",
    "month": "Monat ab",
    "visits": "Termine",
    "cancelled": "Abgesagt",
    "completed": "Stattgefunden",
    "no_shows": "Nicht erschienen",
    "new_clients": "Neue Kunden",
    "revenue": "Umsatz in {}",
    "expected": "Erwartet in {}",
    "working_minutes": "Arbeitszeit in Minuten",
    "booked_minutes": "Gebucht in Minuten",
    "fill_rate_percent": "Auslastung in %",
    "no_show_rate_percent": "Nicht erschienen in %",
    "lead_time_median_hours": "Vorlauf in Stunden (Median)",
    "attempts": "Versuche zu buchen",
    "attempts_lost": "Zeit war gerade weg",
    "slot_lost_rate_percent": "Zeit war gerade weg in %",
    "total": "Gesamt",
    "number": "Nummer",
    "status": "Stand",
    "starts_at": "Beginn",
    "ends_at": "Ende",
    "time_zone": "Zeitzone",
    "services": "Leistungen",
    "room": "Raum",
    "client": "Kunde",
    "people": "Personen",
    "price": "Preis in {}",
    "booked_at": "Gebucht am",
    "cancelled_at": "Abgesagt am",
    "is pending": "wartet auf Bestätigung",
    "is confirmed": "bestätigt",
    "is cancelled": "abgesagt",
    "is completed": "stattgefunden",
    "is no_show": "nicht erschienen",
}

_UK = {
    "staff": "Команда",
    "service": "Послуга",
    "location": "Філія",
    "day": "День",
    "week": "Тиждень від",
    "month": "Місяць від",
    "visits": "Візити",
    "cancelled": "Скасовано",
    "completed": "Відбулося",
    "no_shows": "Неявки",
    "new_clients": "Нові клієнти",
    "revenue": "Виручка, {}",
    "expected": "Очікується, {}",
    "working_minutes": "Робочий час, хвилин",
    "booked_minutes": "Заброньовано, хвилин",
    "fill_rate_percent": "Завантаженість, %",
    "no_show_rate_percent": "Неявка, %",
    "lead_time_median_hours": "Броньовано заздалегідь, годин (медіана)",
    "attempts": "Спроби забронювати",
    "attempts_lost": "Час щойно зайняли",
    "slot_lost_rate_percent": "Час щойно зайняли, %",
    "total": "Усього",
    "number": "Номер",
    "status": "Стан",
    "starts_at": "Початок",
    "ends_at": "Кінець",
    "time_zone": "Часовий пояс",
    "services": "Послуги",
    "room": "Кабінет",
    "client": "Клієнт",
    "people": "Людей",
    "price": "Ціна, {}",
    "booked_at": "Заброньовано",
    "cancelled_at": "Час скасування",
    "is pending": "чекає на підтвердження",
    "is confirmed": "підтверджено",
    "is cancelled": "скасовано",
    "is completed": "відбувся",
    "is no_show": "не прийшли",
}

_WORDS: Mapping[str, Mapping[str, str]] = {"de": _DE, "uk": _UK}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the spreadsheets of a language expect a table: what is between columns, what before decimals, and its words."""

    separator: str
    decimal: str
    words: Mapping[str, str]

    def name(self, column: str, currency: str = "") -> str:
        """Name a column, one of money with its currency."""
        named = self.words.get(column)
        if named is None:
            return f"{column}_{currency}" if currency else column
        return named.format(currency)

    def name_status(self, status: str) -> str:
        """Say what became of a booking."""
        return self.words.get(f"is {status}", status)


def find_dialect(locale: str) -> Dialect:
    """Find how a table is written for readers of a language: where a comma stands before decimals, columns need another sign."""
    decimal = str(get_decimal_symbol(locale.replace("-", "_")))
    return Dialect(";" if decimal == "," else ",", decimal, _WORDS.get(locale[:2], {}))
