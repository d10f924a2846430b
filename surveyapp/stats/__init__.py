"""Numbers only: arrays and frames in, frozen results out."""
