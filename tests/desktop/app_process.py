"""The application under test as a process, and what can be seen of it from outside."""

from tests.desktop import process_tree
from tests.desktop.program import Program


class AppProcess(Program):
    """A program with the processes that it has started."""

    @property
    def children(self) -> list[int]:
        """The running descendants of the process."""
        return process_tree.family_of(self.pid)[1:]

    def visible_to_others(self, *, besides_itself: bool = False) -> str:
        """Return every argument and environment variable of the process and its descendants.

        No secret may be in them. With ``besides_itself`` only those of the descendants, for a test that has
        put a secret into the environment of the process.
        """
        family = process_tree.family_of(self.pid)[int(besides_itself) :]
        words = (process_tree.command_line(pid) + process_tree.environment(pid) for pid in family)
        return "\n".join(word for each in words for word in each)
