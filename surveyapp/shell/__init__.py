"""The statistics from the shell: commands that need a file and nothing else."""
