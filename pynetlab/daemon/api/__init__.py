"""What the engine's API answers about containers and networks: values in the shape of each release.

What an engine draws at random follows from names; its clock stands still at the day of its release. Of a container
it shows what touches the network, and what it is: limits, mounts and security settings have no fields here.
"""
