"""What Docker does: the 1.2 daemon as plans, which never see a kernel.

``new_engine()`` is a daemon process; ``start_daemon(engine, config)``, ``engine.run(job)`` and the other verbs are plans
for :func:`pynetlab.kernel.run`.
"""

from .container import Container
from .container import start as start_container
from .container import stop as stop_container
from .daemon import new_engine
from .daemon import start as start_daemon
from .daemon import stop as stop_daemon
from .engine import Engine, Job

__all__ = ["Container", "Engine", "Job", "new_engine", "start_container", "start_daemon", "stop_container", "stop_daemon"]
