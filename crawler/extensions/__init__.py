"""What a run needs around its pages: resources opened and closed, progress, and the table at its end."""
