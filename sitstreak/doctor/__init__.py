"""What is wrong, in plain words, each with the one thing to do: facts in, findings out."""
