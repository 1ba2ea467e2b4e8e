"""Backups: a folder from which a lost market can be made again, and how long each is kept. And making it again.

FOLDER/isi.json        the manifest: what it is, of which moment, and the size and sha256 of every other file; written last
FOLDER/base/           PostgreSQL's own copy (embedded servers only): tar files, for the same major version
FOLDER/logical/        public, then the villages in batches of at most 100 schemas, all of one snapshot, for any version from there on
FOLDER/pictures/       the pictures, hard links to the backup before where nothing changed
FOLDER/secrets/        passwords and keys: whoever reads them can sign in as anybody. Keep them apart from the rest
FOLDER/BACA-SAYA.txt   the same for whoever finds the folder

A folder has its name only when it is complete and verified; until then it is .FOLDER.part beside it. Nothing here knows tables or rules of
the market: the database is copied as it is.
"""
