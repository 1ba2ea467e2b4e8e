"""Keeps the processes of a running market alive, and looks before the web opens."""
