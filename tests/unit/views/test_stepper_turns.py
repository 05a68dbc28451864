"""Two clicks at once: JupyterLab hands them to a kernel with subshells in two threads."""

from threading import Event, Thread

from pynetlab import Lab
from pynetlab.views.walk_stepper import walk_stepper


def test_a_step_waits_for_a_beginning_that_is_under_way():
    slow, begun = Event(), Event()
    slow.set()

    def begin(mode, _flags):
        begun.set()
        assert slow.wait(10)
        return Lab("1.2", mode=mode).daemon()

    stepper = walk_stepper(begin)
    slow.clear()
    begun.clear()
    clicks = [Thread(target=stepper.reset), Thread(target=stepper.next)]
    clicks[0].start()
    assert begun.wait(10)
    clicks[1].start()
    clicks[1].join(0.1)
    assert clicks[1].is_alive()
    slow.set()
    for click in clicks:
        click.join(10)
    assert str(stepper).startswith("Step 1\n")
