"""What ends a command in one clear sentence instead of a traceback, in Indonesian and in English."""

WRONG_USE = 2
FAILED = 1


class CommandError(Exception):
    """Something outside the program stands in the way: a taken port, a full disk, a damaged folder.

    `status` is the exit status: WRONG_USE where another call would do, FAILED where the machine must be mended first.
    """

    def __init__(self, indonesian: str, english: str, *, status: int = FAILED) -> None:
        super().__init__(english)
        self.indonesian = indonesian
        self.english = english
        self.status = status

    def __str__(self) -> str:
        return f"{self.indonesian}\n{self.english}"
