"""`python -m sitstreak` is `sitstreak`."""

from sitstreak.cli.main import main

main()
