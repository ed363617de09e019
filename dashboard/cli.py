"""The command line `twente-atlas`: a group of commands, each in a module of `dashboard.commands`."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from geodata.errors import AtlasError

COMMANDS = (
    "serve", "fleet", "layers", "check", "build", "load", "reach", "refresh", "export", "basemap", "translate"
)  # fmt: skip


class LazyGroup(click.Group):
    """Commands that are imported when they are used; without a command, `serve`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; `None` if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"dashboard.commands.{cmd_name}").command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read `twente-atlas --port 8502` as `twente-atlas serve --port 8502`."""
        if not args or (args[0].startswith("-") and args[0] not in ("-h", "--help", "--version")):
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(package_name="twente-atlas")
def cli() -> None:
    """Show an interactive map dashboard of Twente and its Euroregion, and look after its data."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `twente-atlas`; returns the exit status: 0, 1 after an error, 2 after a wrong call."""
    try:
        arguments = sys.argv[1:] if arguments is None else arguments
        with cli.make_context("twente-atlas", list(arguments)) as context:
            status = int(cli.invoke(context) or 0)
        sys.stdout.flush()
        return status
    except click.exceptions.Exit as end:  # after --help and --version
        return end.exit_code
    except click.ClickException as error:
        call = getattr(error, "ctx", None)
        message = error.format_message()
        if call is not None:
            message = f"{message.rstrip('.')}. Try `{call.command_path} --help`."
        click.echo(f"twente-atlas: {message}", err=True)
        return error.exit_code
    except BrokenPipeError:  # the reader of the output, such as `head`, has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (AtlasError, OSError) as error:
        click.echo(f"twente-atlas: {error}", err=True)
        return 1
    except (KeyboardInterrupt, click.Abort):
        return 130
