"""The pages people work with: they need a door key, or this machine."""

from flask import Blueprint

pages: tuple[Blueprint, ...] = ()
