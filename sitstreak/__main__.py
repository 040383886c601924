"""`python -m sitstreak` is `sitstreak`."""

from sitstreak.cli.main import main

if __name__ == "__main__":  # a worker process imports this module as well
    main()
