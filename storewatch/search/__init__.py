"""Searching: how texts become words (:mod:`folding`), what a query says (:mod:`language`), which hit comes first
(:mod:`ranking`). Pure; :mod:`storewatch.db.search` asks the database with it."""
