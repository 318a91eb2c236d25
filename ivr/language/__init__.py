"""The menu language: YAML read, checked and proved into the menus of `ivr.core`."""
