"""The application under test as a process of its own, and what can be seen of it from outside."""

from tests.desktop import process_tree
from tests.desktop.program import Program


class AppProcess(Program):
    """A program with all that it has started."""

    @property
    def children(self) -> list[int]:
        """The processes that it and its children have started and that still run."""
        return process_tree.family_of(self.pid)[1:]

    @property
    def family_pss_bytes(self) -> int:
        """Proportional memory of it and all its children."""
        return sum(map(process_tree.pss_bytes, process_tree.family_of(self.pid)))

    def visible_to_others(self, *, besides_itself: bool = False) -> str:
        """Return every argument and environment entry of the whole family: no secret may be in it.

        Besides itself: only of what it has started, when the test itself put a secret into its environment.
        """
        family = process_tree.family_of(self.pid)[int(besides_itself) :]
        words = (process_tree.command_line(pid) + process_tree.environment(pid) for pid in family)
        return "\n".join(word for each in words for word in each)
