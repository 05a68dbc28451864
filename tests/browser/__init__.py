"""The notebooks in JupyterLab, as a learner sees them."""
