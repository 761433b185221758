"""A resident-facing assistant about a city plan."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The repository: data/, models/, config.yml and domain.yml are found from here."""
