"""The casebook's migrations, oldest first; run by :func:`lianshen.cases.open_casebook`."""
