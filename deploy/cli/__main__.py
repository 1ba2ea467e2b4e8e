"""`python -m deploy.cli`: the same door where the console script is out of reach (a path too long for a script's first line)."""

from deploy import cli

cli.main()
