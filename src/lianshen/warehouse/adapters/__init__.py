"""Adapters write landing packages from a source system; after that everything is the same for all of them."""
