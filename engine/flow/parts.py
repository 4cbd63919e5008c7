"""The parts of a flow that several checks walk over: its texts, its saves and the results it gives.

It knows where each verb keeps them and judges nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.meant import pair_names
from engine.flow.model.asides import AsideKind
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.controls import Options, control_answers, control_words
from engine.flow.model.paging import LIST, TEXT
from engine.flow.model.paying import PayStep
from engine.flow.model.steps import DecideStep, DoStep, EndStep, RunStep, Step
from engine.flow.model.windows import ShowStep, WindowStep
from engine.flow.model.written import Code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.flow.model.flow import Flow
    from engine.flow.model.listing import ListLine
    from engine.flow.model.media import Media
    from engine.flow.model.moves import Call, Target
    from engine.flow.model.paging import Pager
    from engine.flow.model.windows import Button
    from engine.flow.model.written import Wording


def flow_wordings(flow: Flow) -> Iterator[Wording]:
    """Give every text of a flow, in the order of its steps."""
    if flow.title.text:
        yield flow.title
    yield from (entry.text for entry in flow.start if entry.text)
    for step in flow.steps.values():
        if isinstance(step, WindowStep):
            yield from _window_wordings(step)
        yield from _says(step_targets(step))
    yield from _says(anytime_targets(flow))
    for entry in flow.anytime.values():
        yield from entry.words[:1]  # another language may have more words, or fewer
        if entry.confirm:
            yield entry.confirm
    if flow.on_unknown and flow.on_unknown.say:
        yield flow.on_unknown.say


def media_wordings(flow: Flow) -> Iterator[Wording]:
    """Give the places of media, which other languages may have elsewhere."""
    for step in flow.steps.values():
        if isinstance(step, WindowStep):
            yield from window_places(step)


def window_media(step: WindowStep) -> tuple[Media, ...]:
    """Give all media of a window."""
    return (step.media, *step.above) if step.media else step.above


def window_places(step: WindowStep) -> Iterator[Wording]:
    """Give the places that a window shows something from: its media, and the page of its link preview."""
    yield from (media.place for media in window_media(step) if media.place)
    if isinstance(step, PayStep) and step.photo:
        yield step.photo
    if step.manner.preview and step.manner.preview.url:
        yield step.manner.preview.url


def aside_wordings(flow: Flow) -> Iterator[Wording]:
    """Give the texts that buttons hand to the client, which other languages may have of their own."""
    for step in flow.steps.values():
        for button in step.buttons if isinstance(step, WindowStep) else ():
            yield from button.aside.wordings if button.aside else ()


def step_targets(step: Step) -> Iterator[Target]:
    """Give every target of a step."""
    if isinstance(step, WindowStep):
        yield from (button.go for button in step.buttons if button.go)
    match step:
        case DecideStep(branches=branches):
            yield from (branch.go for branch in branches)
        case EndStep():
            pass
        case RunStep(call=call) if call.leaves:
            pass  # nothing comes back
        case _ if step.go:
            yield step.go
        case _:
            pass
    yield from timed_targets(step)
    match step:
        case ChooseStep(empty=empty) if empty and empty.go:
            yield empty.go
        case AskStep(give_up=give_up) if give_up:
            yield give_up.go
        case DoStep(outcomes=outcomes) | PayStep(outcomes=outcomes):
            yield from outcomes.values()
        case _:
            pass


def timed_targets(step: Step) -> Iterator[Target]:
    """Give where a step leads while nobody does anything."""
    if isinstance(step, WindowStep):
        yield from (step.timeout.go,) if step.timeout else ()
        yield from (step.refresh.go,) if step.refresh and step.refresh.go else ()


def step_toasts(step: Step) -> Iterator[Wording]:
    """Give what answers presses at a step, on the moves that they make and without one."""
    yield from (target.toast.text for target in step_targets(step) if target.toast)
    if isinstance(step, WindowStep):
        yield from (button.toast.text for button in step.buttons if button.toast)


def anytime_toasts(flow: Flow) -> Iterator[Wording]:
    """Give what answers presses on the moves of `anytime`."""
    yield from (target.toast.text for target in anytime_targets(flow) if target.toast)


def step_labels(step: WindowStep) -> Iterator[Wording]:
    """Give the labels of a step's own buttons, of those that turn pages, and what stands where the person writes."""
    yield from key_labels(step)
    yield from pager_labels(step)
    for control in step.controls:
        yield from control_words(control)
    if step.keyboard and step.keyboard.placeholder:
        yield step.keyboard.placeholder


def key_labels(step: WindowStep) -> Iterator[Wording]:
    """Give the labels of a step's own buttons."""
    yield from (button.text for button in step.buttons)
    if isinstance(step, AskStep):
        yield from _answer_labels(step)
    elif isinstance(step, PayStep):
        yield step.button


def pager_labels(step: WindowStep) -> Iterator[Wording]:
    """Give the labels of the buttons of a window that turn pages."""
    for pager in step_pagers(step):
        yield from pager.labels.values()


def step_pagers(step: WindowStep) -> Iterator[Pager]:
    """Give the pagers of a window."""
    if isinstance(step, ChooseStep):
        yield step.pager
    if step.pages:
        yield step.pages.pager
    yield from (group.pager for group in step.groups)
    yield from (line.pager for line in step_lists(step))


def step_lists(step: WindowStep) -> Iterator[ListLine]:
    """Give the lists among the buttons of a window, each once, those inside others behind them."""
    lines = {line.id: line for one in step.lines for line in one.within}
    yield from lines.values()


def paged_names(step: WindowStep) -> tuple[str, ...]:
    """Give what the things of a window that have pages are called.

    A group without an id is not called anything, and a list inside another one has pages for each item of that one.
    """
    names = [TEXT] if step.pages else []
    names += [LIST] if isinstance(step, ChooseStep) else []
    names += [one.id for one in step.groups if one.rows and one.id]
    lines = (one.within[0].id for one in step.lines if one.within)
    return (*names, *dict.fromkeys(lines))


def anytime_targets(flow: Flow) -> Iterator[Target]:
    """Give every target of `anytime`."""
    yield from (entry.go for entry in flow.anytime.values() if entry.go)
    if flow.on_unknown and flow.on_unknown.go:
        yield flow.on_unknown.go
    if flow.on_error:
        yield flow.on_error


def step_saves(step: Step) -> Iterator[Mapping[str, Code]]:
    """Give what each move of a step saves, by name of data."""
    if isinstance(step, ChooseStep | AskStep | PayStep | DoStep):
        yield step.save
    yield from (call.save for call in step_calls(step))
    if isinstance(step, WindowStep):
        yield from (button.save for button in step.buttons)


def step_calls(step: Step) -> Iterator[Call]:
    """Give the calls of other flows in one step."""
    if isinstance(step, RunStep):
        yield step.call
    if isinstance(step, WindowStep):
        yield from (button.run for button in step.buttons if button.run)


def anytime_calls(flow: Flow) -> Iterator[Call]:
    """Give the calls of other flows in `anytime`."""
    yield from (entry.run for entry in flow.anytime.values() if entry.run)
    if flow.on_unknown and flow.on_unknown.run:
        yield flow.on_unknown.run


def step_results(step: Step) -> Mapping[str, Code] | None:
    """Give the results with which a step ends the flow; None when it does not."""
    match step:
        case EndStep(results=results):
            return results
        case ShowStep(end=end):
            return end
        case _:
            return None


def meant_results(flow: Flow, given: Iterable[str]) -> Mapping[str, str]:
    """Give for each result of an end that returns does not declare the one left out that it was meant to be."""
    names = list(given)
    left = [slot for slot in flow.returns.values() if slot.name not in names]
    needed = [slot.name for slot in left if not slot.optional]
    unknown = [name for name in names if name not in flow.returns]
    return pair_names(unknown, needed, [one.name for one in left if one.optional])


def step_values(step: Step) -> Iterator[Code]:
    """Give the expressions of a step that are worked out while somebody is there: calls, results, bounds and answers."""
    codes: list[Code | None] = [*(step_results(step) or {}).values()]
    if isinstance(step, WindowStep):
        codes += step.load.values()
        codes += [media.value for media in window_media(step)]
        codes += [step.timeout.at] if step.timeout else []
        codes += [step.refresh.until] if step.refresh else []
        for control in step.controls:
            codes += [control.query, control.key] if isinstance(control, Options) else []
        codes += [one.turn.to for one in step.buttons if one.turn and isinstance(one.turn.to, Code)]
        codes += [code for line in step_lists(step) for code in (line.source, line.key)]
    match step:
        case ChooseStep(marking=marking):
            codes += [step.query, step.total, step.key, *([marking.chosen] if marking else [])]
        case AskStep(default=default):
            codes += [step.least, step.most, *([default.value] if default else [])]
            codes += [step.calendar.opens, step.calendar.marked] if step.calendar else []
        case PayStep(tips=tips):
            codes += [step.about, step.command, *(price.amount for price in step.prices)]
            codes += [tips.most, *tips.suggested] if tips else []
        case DoStep():
            codes += [step.command]
        case RunStep():
            codes += step.call.arguments.values()
        case _:
            pass
    yield from (code for code in codes if code)


def shown_texts(step: WindowStep) -> Iterator[Wording]:
    """Give every text that is there while somebody is at a window: messages, answers, labels and addresses."""
    yield from _window_wordings(step)
    yield from (
        one.aside.text for one in step.buttons if one.aside and one.aside.kind is not AsideKind.URL
    )
    yield from window_places(step)


def asks(wording: Wording) -> bool:
    """Tell whether a text may have a condition inside."""
    return "{%" in wording.text or ("{{" in wording.text and " if " in wording.text)


def window_texts(step: WindowStep) -> Iterator[Wording]:
    """Give every text that a window can show as its message."""
    yield step.text
    if isinstance(step, ChooseStep):
        if step.empty and step.empty.text:
            yield step.empty.text
        if step.search and step.search.no_match:
            yield step.search.no_match


def _window_wordings(step: WindowStep) -> Iterator[Wording]:
    yield step.text
    for button in step.buttons:
        yield from _button_wordings(button)
    yield from pager_labels(step)
    for control in step.controls:
        yield from (*control_words(control), *control_answers(control))
    if step.keyboard and step.keyboard.placeholder:
        yield step.keyboard.placeholder
    match step:
        case ChooseStep():
            yield from _list_wordings(step)
        case AskStep(invalid=invalid):
            for texts in invalid.values():
                yield from texts
            yield from _answer_labels(step)
            if step.request and step.request.name:
                yield step.request.name
        case PayStep():
            yield from step.wordings
        case _:
            pass


def _button_wordings(button: Button) -> Iterator[Wording]:
    """Give the texts of a button that every language has; an entry of a menu has its label elsewhere."""
    if not button.is_of_menu:
        yield button.text
    if button.aside:
        yield from button.aside.translated
    if button.toast:
        yield button.toast.text


def _list_wordings(step: ChooseStep) -> Iterator[Wording]:
    yield step.button
    if step.empty and step.empty.text:
        yield step.empty.text
    search, marking = step.search, step.marking
    words = [step.group]
    words += [search.clear, search.no_match] if search else []
    words += [marking.done, marking.too_few, marking.too_many] if marking else []
    yield from (wording for wording in words if wording)


def _says(targets: Iterable[Target]) -> Iterator[Wording]:
    for target in targets:
        if target.say:
            yield target.say
        if target.toast:
            yield target.toast.text


def _answer_labels(step: AskStep) -> Iterator[Wording]:
    if step.share:
        yield step.share
    if step.default:
        yield step.default.text
    if step.calendar:
        yield from step.calendar.texts.values()
    if step.picker:
        yield from step.picker.texts.values()
        yield from (step.picker.done,) if step.picker.done else ()
