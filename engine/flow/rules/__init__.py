"""The checks that need more than one place of a bot: one module each, listed here in no special order.

They know the draft of a bot and yield problems; none knows of another. What a check of one flow finds is kept until the
flow, bot.yaml or a translation of the flow changes, so that a check which looks further is listed with those of the bot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.rules.always_true import check_always_true
from engine.flow.rules.bad_bounds import check_bad_bounds
from engine.flow.rules.bad_duration import check_bad_duration
from engine.flow.rules.bad_entry import check_bad_entry
from engine.flow.rules.bad_keyboard import check_bad_keyboard
from engine.flow.rules.bad_launch import check_bad_launch
from engine.flow.rules.bad_media import check_bad_media
from engine.flow.rules.bad_pager import check_bad_pager
from engine.flow.rules.bad_pattern import check_bad_pattern
from engine.flow.rules.bad_plural import check_bad_plural, check_bad_plural_sentence
from engine.flow.rules.bad_refresh import check_bad_refresh
from engine.flow.rules.bad_search import check_bad_search
from engine.flow.rules.bad_show_mode import check_bad_show_mode
from engine.flow.rules.bad_total import check_bad_total
from engine.flow.rules.bad_upgrade import check_bad_upgrade, check_gone_flow
from engine.flow.rules.bad_url import check_bad_notice_url, check_bad_url
from engine.flow.rules.closed_home import check_closed_home
from engine.flow.rules.dead_branch import check_dead_branch
from engine.flow.rules.duplicate_entry import check_duplicate_entry
from engine.flow.rules.duplicate_name import check_duplicate_name
from engine.flow.rules.duplicate_word import check_duplicate_word
from engine.flow.rules.empty_choice import check_empty_choice
from engine.flow.rules.empty_keep import check_empty_keep
from engine.flow.rules.empty_menu import check_empty_menu
from engine.flow.rules.empty_text import check_empty_text
from engine.flow.rules.endless_flow import check_endless_flow
from engine.flow.rules.endless_run import check_endless_opening, check_endless_run
from engine.flow.rules.endless_wait import check_endless_wait
from engine.flow.rules.html_label import check_html_label, check_html_sentence
from engine.flow.rules.long_answer import check_long_answer
from engine.flow.rules.long_copy import check_long_copy
from engine.flow.rules.long_label import check_long_label
from engine.flow.rules.long_profile import check_long_profile
from engine.flow.rules.long_url import check_long_url
from engine.flow.rules.markdown import check_markdown, check_markdown_sentence
from engine.flow.rules.misplaced_key import check_misplaced_key
from engine.flow.rules.missing_else import check_missing_else
from engine.flow.rules.missing_entry_param import check_missing_entry_param
from engine.flow.rules.missing_message import check_missing_message
from engine.flow.rules.missing_notice import check_missing_notice
from engine.flow.rules.missing_param import check_missing_param
from engine.flow.rules.missing_result import check_missing_result
from engine.flow.rules.missing_translation import check_missing_translation
from engine.flow.rules.never_true import check_never_true
from engine.flow.rules.reserved_name import check_reserved_name
from engine.flow.rules.silent_loop import check_silent_loop
from engine.flow.rules.single_braces import check_single_braces, check_single_braces_sentence
from engine.flow.rules.stale_translation import check_stale_messages, check_stale_translation
from engine.flow.rules.taken_word import check_taken_questions, check_taken_word
from engine.flow.rules.too_long import check_long_messages, check_too_long
from engine.flow.rules.too_many_buttons import check_too_many_buttons
from engine.flow.rules.too_much_text import check_too_much_text
from engine.flow.rules.trap import check_circling_run, check_trap
from engine.flow.rules.unhandled_outcome import check_unhandled_outcome
from engine.flow.rules.unheard_answer import check_unheard_answer
from engine.flow.rules.unknown_currency import check_unknown_currency
from engine.flow.rules.unknown_data import check_unknown_data
from engine.flow.rules.unknown_flow import check_unknown_flow
from engine.flow.rules.unknown_locale import check_unknown_locale
from engine.flow.rules.unknown_outcome import check_unknown_outcome
from engine.flow.rules.unknown_param import check_unknown_param
from engine.flow.rules.unknown_result import check_unknown_result
from engine.flow.rules.unknown_role import check_unknown_role
from engine.flow.rules.unknown_step import check_unknown_step
from engine.flow.rules.unknown_time_zone import check_unknown_time_zone
from engine.flow.rules.unknown_translation import check_unknown_translation
from engine.flow.rules.unreachable_step import check_unreachable_step
from engine.flow.rules.unrecorded_payment import check_unrecorded_payment
from engine.flow.rules.unsaid_message import check_unsaid_message
from engine.flow.rules.unused_text import check_unused_text
from engine.flow.rules.weaker_access import check_weaker_access

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.problems import Problem
    from engine.flow.proofs import FlowProofs

type NameRule = Callable[[BotDraft], Iterator[Problem]]
type GraphRule = Callable[[BotDraft, frozenset[str]], Iterator[Problem]]
type ProofRule = Callable[[FlowProofs], Iterator[Problem]]

FLOW_NAME_RULES: Final[tuple[NameRule, ...]] = (
    check_bad_duration,
    check_bad_entry,
    check_bad_pager,
    check_bad_refresh,
    check_bad_search,
    check_bad_pattern,
    check_bad_total,
    check_bad_upgrade,
    check_bad_url,
    check_duplicate_name,
    check_empty_choice,
    check_empty_keep,
    check_misplaced_key,
    check_missing_else,
    check_missing_message,
    check_missing_result,
    check_reserved_name,
    check_too_many_buttons,
    check_unhandled_outcome,
    check_unheard_answer,
    check_unknown_data,
    check_unknown_outcome,
    check_unknown_result,
    check_unused_text,
)
"""Checks of single places that look at one flow, bot.yaml and the catalog alone: each is shown one flow at a time."""

NAME_RULES: Final[tuple[NameRule, ...]] = (
    check_bad_launch,
    check_unknown_role,
    check_bad_media,
    check_bad_notice_url,
    check_closed_home,
    check_duplicate_entry,
    check_empty_menu,
    check_gone_flow,
    check_endless_run,
    check_long_profile,
    check_missing_entry_param,
    check_unsaid_message,
    check_missing_notice,
    check_missing_param,
    check_unknown_currency,
    check_unknown_flow,
    check_unknown_locale,
    check_unknown_param,
    check_unknown_step,
    check_unknown_time_zone,
    check_unrecorded_payment,
)
"""Checks of single places, made on everything that could be read."""

FLOW_GRAPH_RULES: Final[tuple[GraphRule, ...]] = (
    check_bad_show_mode,
    check_trap,
    check_unreachable_step,
)
"""Checks of paths that look at one flow alone, of which every step and move is known."""

GRAPH_RULES: Final[tuple[GraphRule, ...]] = (
    check_endless_flow,
    check_endless_opening,
    check_endless_wait,
    check_circling_run,
    check_silent_loop,
    check_weaker_access,
)
"""Checks of paths, made on flows of which every step and move is known."""

FLOW_TEXT_RULES: Final[tuple[NameRule, ...]] = (
    check_bad_keyboard,
    check_bad_plural,
    check_duplicate_word,
    check_empty_text,
    check_html_label,
    check_markdown,
    check_single_braces,
    check_taken_word,
    check_too_long,
)
"""Checks of texts that look at one flow and its translations alone."""

TEXT_RULES: Final[tuple[NameRule, ...]] = (
    check_bad_plural_sentence,
    check_html_sentence,
    check_long_messages,
    check_markdown_sentence,
    check_missing_translation,
    check_single_braces_sentence,
    check_stale_messages,
    check_taken_questions,
    check_unknown_translation,
)
"""Checks of texts and translations, made when it is known which steps have parts of other names than were meant."""

FLOW_PROOF_RULES: Final[tuple[ProofRule, ...]] = (
    check_always_true,
    check_bad_bounds,
    check_dead_branch,
    check_long_answer,
    check_long_copy,
    check_long_label,
    check_long_url,
    check_never_true,
    check_stale_translation,
    check_too_much_text,
)
"""Checks of values along the paths of one flow, of which every part compiles."""
