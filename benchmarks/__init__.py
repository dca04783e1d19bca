"""What README says about speed and memory, measured again by `make bench`."""
