"""Files, simulated."""

import errno
from dataclasses import replace

from ..model import State
from ..ops import WriteFile
from .change import change, existing, refuse


@change.register
def _(op: WriteFile, state: State) -> State:
    netns = existing(state, op)
    rest = {path: text for path, text in netns.files.items() if path != op.path}
    if op.text is None:
        if op.path not in netns.files:
            raise refuse(errno.ENOENT, op)
        return state.with_netns(replace(netns, files=rest))
    return state.with_netns(replace(netns, files={**rest, op.path: op.text}))
