"""How a wish to the carrier can fail. Which one it is says whether the wish may simply be repeated."""


class CarrierError(Exception):
    """A wish that did not come true; the text is for the log and the page, without secrets."""


class Refused(CarrierError):
    """The carrier says no, and would again. `status` is HTTP's, `code` the carrier's own, if it gave one."""

    def __init__(self, status: int, code: int | None, text: str) -> None:
        super().__init__(f"the carrier refused ({status}{f', error {code}' if code else ''}): {text}")
        self.status = status
        self.code = code
        self.text = text

    @property
    def gone(self) -> bool:
        """Whether what it was about does not exist, or a call is already over (contract §4.1)."""
        return self.status == 404 or self.code in (20404, 21220)


class NotYet(CarrierError):
    """The carrier does not have it yet; ask again a little later."""


class TryAgain(CarrierError):
    """Nothing was done; the same wish may be made again `after` so many seconds."""

    def __init__(self, after: int, text: str) -> None:
        super().__init__(f"{text}; again in {after} s")
        self.after = after


class Unknown(CarrierError):
    """The answer was lost: the carrier may have acted. Look it up before wishing again."""
