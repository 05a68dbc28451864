"""What Go's text packages do for the output of docker: templates, columns, JSON. Knows nothing of Docker.

Go text/template, text/tabwriter, encoding/json; docker/cli v28.5.2 templates/templates.go for the functions it adds.
"""

from .columns import columns
from .render import render
from .template import Template, parse
from .values import Nil, Struct, compact, indented, raw

__all__ = ["Nil", "Struct", "Template", "columns", "compact", "indented", "parse", "raw", "render"]
