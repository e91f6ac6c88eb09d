"""tmp"""
import typer


def add_to(group: typer.Typer) -> None:
    """tmp"""
