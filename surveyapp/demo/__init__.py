"""The main job on invented customers: simulated people answer over HTTP, as phones do."""
