"""What may be nothing, and where the checker knows that it is something: in one text, one condition, and along decide."""

from collections.abc import Callable

import pytest

from engine.flow.checked import Checked

FLOW = """\
flow: visit
version: 1
title: Visit
data:
  note: {{type: text, optional: true}}
  service: {{type: Service, optional: true}}
steps:
  first: {{ask: text, text: A note?, save: {{note: it}}, skip_if: "user.role == 'admin'", go: second}}
  second:
    choose: services.list()
    text: Which?
    button: "{{{{ item.title }}}}"
    save: {{service: item}}
    empty: {{text: None., go: third}}
    go: third
{steps}
"""
HAS = "data.note is not None"


def _show(text: str) -> str:
    return f'  third: {{show: "A{text}", end: {{}}}}'


def _decide(condition: str, then: str, otherwise: str = "Nothing.") -> str:
    return (
        f'  third: {{decide: [{{when: "{condition}", go: then}}, {{else: otherwise}}]}}\n'
        f'  then: {{show: "A{then}", end: {{}}}}\n  otherwise: {{show: "A{otherwise}", end: {{}}}}'
    )


@pytest.mark.parametrize(
    "steps",
    [
        _show(f"{{% if {HAS} %}}{{{{ data.note }}}}{{% endif %}}"),
        _show("{% if data.note is None %}-{% else %}{{ data.note }}{% endif %}"),
        _show("{% if data.note is None %}-{% elif data.note == 'a' %}{{ data.note }}{% endif %}"),
        _show(f"{{% if {HAS} and data.service is not None %}}{{{{ data.note + data.service.title }}}}{{% endif %}}"),
        _show("{% if data.note is None or data.service is None %}-{% else %}{{ data.service.title }}{% endif %}"),
        _show("{% if not (data.note is None) %}{{ data.note }}{% endif %}"),
        _show("{% if data.note is None or len(data.note) > 3 %}x{% endif %}"),
        _show(f"{{{{ data.note if {HAS} else '-' }}}}"),
        _show("{{ '-' if data.note is None else data.note | upper }}"),
        _show("{{ data.note | default('-') | upper }}"),
        _show("{% if data.service is not None and data.service.note is not None %}{{ data.service.note }}{% endif %}"),
        _decide(HAS, "{{ data.note }}"),
        _decide("data.note is None", "-", "{{ data.note }}"),
        _decide(f"{HAS} and data.service is not None", "{{ data.note }}{{ data.service.title }}"),
        _decide("data.note is None or data.service is None", "-", "{{ data.note }}{{ data.service.title }}"),
        (
            f'  third: {{show: A, buttons: [{{text: "B", when: "{HAS} and len(data.note) > 3", go: end, id: b}}, {{text: C, go: end}}]}}'
        ),
        (
            f'  third: {{show: A, buttons: [{{text: "B", when: "{HAS}", go: then}}, {{text: C, go: end}}]}}\n'
            '  then: {show: "A{{ data.note }}", end: {}}'
        ),
    ],
)  # fmt: skip
def test_what_was_asked_is_something(check_visit: Callable[..., Checked], steps: str) -> None:
    """Where a condition has made sure of a value, it can be used: in the same text, the rest of a condition, or the next step."""
    assert [one.message for one in check_visit(FLOW.format(steps=steps)).problems] == []


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (_show("{{ data.note }}"), '"data.note" may be nothing here'),
        (_show("{{ data.service.title }}"), '"data.service" may be nothing here'),
        (_show(f"{{% if {HAS} %}}x{{% else %}}{{{{ data.note }}}}{{% endif %}}"), '"data.note" may be nothing'),
        (_show(f"{{% if {HAS} %}}x{{% endif %}}{{{{ data.note }}}}"), '"data.note" may be nothing'),
        (_show(f"{{% if {HAS} or user.role == 'admin' %}}{{{{ data.note }}}}{{% endif %}}"), '"data.note" may be nothing'),
        (_show("{% if data.note is None and user.role == 'admin' %}-{% else %}{{ data.note }}{% endif %}"), "may be nothing"),
        (_show("{% if data.service is not None %}{{ data.service.note }}{% endif %}"), '"data.service.note" may be nothing'),
        (_show("{% if len(data.note) > 3 and data.note is not None %}x{% endif %}"), '"data.note" may be nothing'),
        (_decide(HAS, "-", "{{ data.note }}"), '"data.note" may be nothing'),
        (_decide(f"{HAS} or data.service is not None", "{{ data.note }}"), '"data.note" may be nothing'),
        (_decide("data.note is None and data.service is None", "-", "{{ data.note }}"), '"data.note" may be nothing'),
    ],
)  # fmt: skip
def test_what_may_be_nothing_is_refused(
    check_visit: Callable[..., Checked], steps: str, said: str
) -> None:
    """Where a value may be nothing on some way, it cannot be used, and there is one problem, which says so."""
    problems = check_visit(FLOW.format(steps=steps)).problems

    assert len(problems) == 1
    assert said in problems[0].message
