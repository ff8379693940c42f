"""Drives a lab from outside: its verbs, its nodes' API, clients of its user systems."""
