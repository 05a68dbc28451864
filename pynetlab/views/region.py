"""A live region: text that a screen reader reads out when it changes (WAI-ARIA, role status).

It also gives the keys back to the controls beside it. JupyterLab takes arrows, Space and Enter for its own commands
wherever the focus is in a notebook, unless that element has the attribute ``data-lm-suppress-shortcuts`` (Lumino,
CommandRegistry); without it a radio button cannot be chosen with the keyboard.
"""

import anywidget
import traitlets

_SCRIPT = """
function render({ model, el }) {
  const region = document.createElement("div");
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  const show = () => { region.innerHTML = model.get("html"); };
  model.on("change:html", show);
  el.append(region);
  show();
  const keepKeys = (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  let output, waiting;
  const attach = () => {
    if (!el.isConnected) { waiting = requestAnimationFrame(attach); return; }
    output = el.closest(".jp-OutputArea-output");
    output?.addEventListener("focusin", keepKeys);
  };
  attach();
  return () => {
    cancelAnimationFrame(waiting);
    output?.removeEventListener("focusin", keepKeys);
    model.off("change:html", show);
  };
}
export default { render };
"""


class Region(anywidget.AnyWidget):  # type: ignore[misc] # anywidget is told its script by a class, and has no types
    """An element that stays while its HTML changes; widgets.HTML replaces its own, which many readers miss."""

    _esm = _SCRIPT
    html = traitlets.Unicode("").tag(sync=True)
