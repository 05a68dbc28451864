"""How it looks: records as text, SVG, HTML and widgets. Views know no driver and neither kernel."""
