"""What the page says while the database is away, damaged, or has not answered."""

from typing import Protocol

NOT_TAKEN = "数据库暂时用不了，没有收下，请稍后再发。 / The database is away: not taken, please send it again later."
NOT_TAKEN_DAMAGED = (
    "存事项的文件坏了，没有收下，不会自己好：请告诉值守台和管理员，急事请打电话。 / The file that keeps the "
    "matters is damaged and does not come back by itself: not taken. Please tell the desk and the administrator, and "
    "call if it is urgent."
)
NOT_KNOWN = (
    "数据库没有回话，不知道有没有收下：请刷新页面看一眼，没有出现再发。 / The database did not answer, and nobody "
    "knows whether this was taken: please reload the page, and send it again only if it is not there."
)
NOT_SHOWN_DAMAGED = (
    "存事项的文件坏了，不会自己好：请告诉值守台和管理员。 / The file that keeps the matters is damaged and does not "
    "come back by itself: please tell the desk and the administrator."
)
NOT_SHOWN = "数据库暂时用不了，请稍后再看。 / The database is away: please look again later."


class StorageState(Protocol):
    """What is known of storage: `state` is "ok", "away" or "damaged"."""

    @property
    def state(self) -> str: ...

    def note(self, error: BaseException) -> None: ...
