"""A machine of the lab that scripts are run on: the Docker host, or the one outside."""

from dataclasses import dataclass, field

from ..kernel import Kernel
from ..output import Output


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine of a lab, by the name of its namespace."""

    name: str
    kernel: Kernel = field(repr=False, compare=False)

    def sh(self, script: str) -> Output:
        """Run a shell script there and give what it printed, and its exit code.

        In live mode it is the real shell with the machine's own tools; in simulation the commands of
        :mod:`pynetlab.tools`, answered from the state and, of those that ask over the network, by the tracer. A word that
        it does not know is answered with a list of those that it does. What it changes stays, and cannot be taken back. A
        command that fails raises nothing, as in a shell. Raises LiveError for a lab that was closed.
        """
        code, text, err = self.kernel.sh(self.name, script)
        return Output(text, code, err=err)
