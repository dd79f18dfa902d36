"""What the app does beside answering: runs in a queue, kept on disk, and claims checked."""
