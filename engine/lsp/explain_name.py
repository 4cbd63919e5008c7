"""What is known of a name: the verb of a step, the types of a flow, the parameters of a fragment, who has a menu.

It does not know where the name stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.flow import EntryKind
from engine.flow.types import listed
from engine.lsp.mentions import Name, Named, written
from engine.lsp.names import say_action, say_type
from engine.lsp.scopes import Scopes, fragment_of_owner, owner_of_fragment

if TYPE_CHECKING:
    from engine.flow.expansion import Fragment, Parameter
    from engine.lsp.project import Project

type Said = tuple[str, str]
"""A line as flows would write it, and words."""


def explain_name(project: Project, name: Name) -> Said:
    """Say what a name is; two empty texts when there is nothing to say."""
    match name.kind:
        case Named.FRAGMENT | Named.ARGUMENT:
            return _of_fragment(project, name)
        case Named.STEP if fragment := fragment_of_owner(name.owner):
            return f"step {name.name}", f"of fragment {fragment}"
        case Named.MENU:
            return _of_menu(project, name.name)
        case Named.ACTION if action := project.catalog.get(name.name):
            return say_action(action), action.description
        case Named.ROLE | Named.LINE:
            return _of_bot(project, name)
        case _:
            return _of_flow(project, name)


def _of_bot(project: Project, name: Name) -> Said:
    if project.bot and name.kind is Named.ROLE and name.name in project.bot.roles:
        return f"role {name.name}", "of bot.yaml"
    if project.bot and name.name in project.bot.anytime.entries:
        words = "of bot.yaml: a flow that has this line does what its own says"
        return f"anytime {name.name}", words
    return "", ""


def _of_flow(project: Project, name: Name) -> Said:
    flow = project.flows.get(name.owner or name.name)
    if flow is None:
        return "", ""
    match name.kind:
        case Named.STEP if name.name in flow.graph.verbs:
            return f"step {name.name}: {flow.graph.verbs[name.name]}", f"of flow {name.owner}"
        case Named.FLOW:
            parameters = ", ".join(f"{key}: {say_type(one)}" for key, one in flow.params.items())
            results = ", ".join(f"{key}: {say_type(one)}" for key, one in flow.returns.items())
            return f"flow {name.name}({parameters}) → {results or 'nothing'}", flow.flow.title.text
        case Named.DATA | Named.PARAM | Named.RESULT:
            group = {Named.DATA: flow.data, Named.PARAM: flow.params}.get(name.kind, flow.returns)
            type_ = say_type(group.get(name.name))
            return f"{name.kind}.{name.name}: {type_}", f"of flow {name.owner}"
        case _:
            return "", ""


def _of_fragment(project: Project, name: Name) -> Said:
    scopes = Scopes.of(project.last.files)
    fragment = scopes.fragments.get(name.owner or name.name)
    if fragment is None:
        return "", ""
    if name.kind is Named.ARGUMENT:
        parameter = fragment.parameters.get(name.name)
        return (
            (f"${say_parameter(parameter)}", f"of fragment {fragment.name}")
            if parameter
            else ("", "")
        )
    users = scopes.flows_of(owner_of_fragment(fragment.name))
    return say_fragment(fragment), f"used in {listed(users)}" if users else "used nowhere"


def say_fragment(fragment: Fragment) -> str:
    """Say how a fragment is used and what it gives."""
    parameters = ", ".join(map(say_parameter, fragment.parameters.values()))
    group = "buttons" if fragment.steps is None else "steps"
    return f"fragment {fragment.name}({parameters}) → {group}"


def say_parameter(parameter: Parameter) -> str:
    """Say what a parameter of a fragment stands for, and what it is where nothing is given."""
    default = written(parameter.default)
    return f"{parameter.name}: {parameter.kind}{f' = {default}' if default else ''}"


def _of_menu(project: Project, menu: str) -> Said:
    flows = [
        name
        for name, flow in sorted(project.flows.items())
        if any(one.kind is EntryKind.MENU and one.value == menu for one in flow.flow.start)
    ]
    return (f"menu {menu}", f"with {listed(flows)}") if flows else ("", "")
