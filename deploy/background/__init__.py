"""What follows a commit: the Celery application that tasks run in, and the list of who hears of which event."""
