"""The bridge network driver of the 1.2 daemon, cut into the same pieces as moby v1.2.0 daemon/networkdriver."""
