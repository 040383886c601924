"""`make bench`: measure accuracy, speed and memory, and write docs/validation.md."""

from tests.bench.validate import main

if __name__ == "__main__":
    main()
