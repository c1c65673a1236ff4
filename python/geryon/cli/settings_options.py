"""One option for each field of the settings model, so that profile keys and options cannot drift apart."""

from __future__ import annotations

from typing import Any

import click

from geryon.schema.settings_fields import SettingField, settings_fields

_TYPES: dict[str, Any] = {"int": click.INT, "float": click.FLOAT, "text": click.STRING}


class GroupedOption(click.Option):
    """An option that the help shows under a heading of its own."""

    def __init__(self, *args: Any, group: str = "Settings", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group


class GroupedCommand(click.Command):
    """A command whose help groups the options."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section a group, in the order of first appearance; ungrouped options come last."""
        groups: dict[str, list[tuple[str, str]]] = {}
        last: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            row = param.get_help_record(ctx)
            if row is not None:
                group = getattr(param, "group", None)
                (last if group is None else groups.setdefault(group, [])).append(row)
        for title, rows in [*groups.items(), ("Output", last)]:
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def settings_options(function: Any) -> Any:
    """All options of the settings model; the command gets them as `settings_*`, None or () where not given."""
    for setting in reversed(settings_fields()):
        function = _option(setting)(function)
    return function


def take_settings(options: dict[str, Any]) -> dict[str, Any]:
    """Take the settings out of a command's options: field name -> value, only what was given."""
    flags = {}
    for setting in settings_fields():
        value = options.pop(_parameter(setting))
        if value is not None and value != ():
            flags[setting.name] = list(value) if isinstance(value, tuple) else value
    return flags


def _parameter(setting: SettingField) -> str:
    return f"settings_{setting.name}"


def _option(setting: SettingField) -> Any:
    how: dict[str, Any] = {"default": None, "help": _help(setting), "cls": GroupedOption, "group": "Settings"}
    name = _parameter(setting)
    if setting.kind == "flag":
        return click.option(f"{setting.option}/--no-{setting.option[2:]}", name, **how)
    if setting.kind == "choice":
        return click.option(setting.option, name, type=click.Choice(setting.choices), **how)
    if setting.kind in ("list", "mapping"):
        metavar = "TEXT" if setting.kind == "list" else "NAME=VALUE"
        return click.option(setting.option, name, multiple=True, metavar=metavar, **{**how, "default": ()})
    return click.option(setting.option, name, type=_TYPES[setting.kind], **how)


def _help(setting: SettingField) -> str:
    text = setting.description[:1].upper() + setting.description[1:]
    default = setting.default
    if default is None or default in ([], {}):
        return text
    if isinstance(default, bool):
        shown = "on" if default else "off"
    else:
        shown = ",".join(map(str, default)) if isinstance(default, list) else str(default)
    return f"{text}. [default: {shown}]"
