"""What happens in the kernel, turned into events; never raises into a cell."""
