"""What Docker does, as plans that never see a kernel; a package for each generation of the daemon."""
