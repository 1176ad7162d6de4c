"""One effect each: retried, named, seen in the Prefect UI. A task decides nothing."""
