"""Long work as rows with progress, run by the worker."""
